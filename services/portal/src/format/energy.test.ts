import { describe, expect, it } from 'vitest'
import { formatEnergy, formatMemory, formatPower } from './energy.ts'

const style = { language: 'ar', digits: 'latn' } as const

describe('power', () => {
  it('takes the unit that keeps it short', () => {
    expect(formatPower(0, style)).toEqual({ number: '0', unit: 'W' })
    expect(formatPower(940, style)).toEqual({ number: '940', unit: 'W' })
    expect(formatPower(4230, style)).toEqual({ number: '4.23', unit: 'kW' })
    expect(formatPower(-12_345, style)).toEqual({ number: '-12.3', unit: 'kW' })
    expect(formatPower(2_500_000, style)).toEqual({ number: '2.5', unit: 'MW' })
  })
})

describe('energy', () => {
  it('keeps the milliwatt-hours of a small server', () => {
    expect(formatEnergy('0.123', style)).toEqual({ number: '0.123', unit: 'Wh' })
    expect(formatEnergy('56.002', style)).toEqual({ number: '56.002', unit: 'Wh' })
    expect(formatEnergy('0.000', style)).toEqual({ number: '0', unit: 'Wh' })
  })

  it('shows parts to the place of their sum, so that a receipt adds up', () => {
    const shown = ['9.996', '9.996', '19.992'].map(wattHours => formatEnergy(wattHours, style).number)
    expect(shown).toEqual(['9.996', '9.996', '19.992'])
  })

  it('turns to kilowatt-hours at a thousand', () => {
    expect(formatEnergy('999.9', style)).toEqual({ number: '999.9', unit: 'Wh' })
    expect(formatEnergy('1000.000', style)).toEqual({ number: '1', unit: 'kWh' })
    expect(formatEnergy('1635.689', style)).toEqual({ number: '1.64', unit: 'kWh' })
    expect(formatEnergy('12345678.9', style)).toEqual({ number: '12.3', unit: 'MWh' })
  })
})

describe('memory', () => {
  it('is in MiB below one GiB', () => {
    expect(formatMemory(512, style)).toEqual({ number: '512', unit: 'MiB' })
    expect(formatMemory(1536, style)).toEqual({ number: '1.5', unit: 'GiB' })
  })
})
