/** What a reading may measure: its unit, and the bounds outside which a value is nonsense and is refused. */
export const quantities = {
  pv_power: { unit: 'W', min: 0, max: 5e7 },
  ac_power: { unit: 'W', min: 0, max: 5e7 },
  battery_power: { unit: 'W', min: -5e7, max: 5e7 },
  grid_power: { unit: 'W', min: -5e7, max: 5e7 },
  load_power: { unit: 'W', min: 0, max: 5e7 },
  generator_power: { unit: 'W', min: 0, max: 5e7 },
  string_power: { unit: 'W', min: 0, max: 5e6 },
  reactive_power: { unit: 'var', min: -5e7, max: 5e7 },
  energy_today: { unit: 'Wh', min: 0, max: 1e10 },
  energy_total: { unit: 'Wh', min: 0, max: 1e13 },
  load_energy_total: { unit: 'Wh', min: 0, max: 1e13 },
  grid_import_total: { unit: 'Wh', min: 0, max: 1e13 },
  grid_export_total: { unit: 'Wh', min: 0, max: 1e13 },
  battery_charged_total: { unit: 'Wh', min: 0, max: 1e13 },
  battery_discharged_total: { unit: 'Wh', min: 0, max: 1e13 },
  fleet_power: { unit: 'W', min: 0, max: 5e7 },
  fleet_energy_today: { unit: 'Wh', min: 0, max: 1e10 },
  fleet_energy_total: { unit: 'Wh', min: 0, max: 1e13 },
  battery_soc: { unit: '%', min: 0, max: 100 },
  battery_current: { unit: 'A', min: -1e5, max: 1e5 },
  battery_voltage: { unit: 'V', min: 0, max: 2000 },
  battery_temperature: { unit: 'degC', min: -60, max: 150 },
  battery_time_to_go: { unit: 's', min: 0, max: 1e8 },
  battery_state: { unit: 'enum', min: 0, max: 2 },
  ac_voltage: { unit: 'V', min: 0, max: 1000 },
  ac_current: { unit: 'A', min: 0, max: 1e5 },
  ac_frequency: { unit: 'Hz', min: 0, max: 100 },
  power_factor: { unit: '1', min: -1, max: 1 },
  string_voltage: { unit: 'V', min: 0, max: 2000 },
  string_current: { unit: 'A', min: 0, max: 1e4 },
  irradiation: { unit: '%', min: 0, max: 200 },
  inverter_temperature: { unit: 'degC', min: -60, max: 200 },
  inverter_efficiency: { unit: '%', min: 0, max: 100 },
  reachable: { unit: 'bool', min: 0, max: 1 },
  producing: { unit: 'bool', min: 0, max: 1 },
  gateway_online: { unit: 'bool', min: 0, max: 1 },
} as const satisfies Record<string, { unit: string; min: number; max: number }>

/** Canonical signs: production and load ≥ 0, grid + is import, battery + is discharge. Energies are Wh. */
export type Quantity = keyof typeof quantities

/** True for a finite value inside the bounds of its quantity. */
export const isPlausible = (quantity: Quantity, value: number): boolean =>
  Number.isFinite(value) && value >= quantities[quantity].min && value <= quantities[quantity].max
