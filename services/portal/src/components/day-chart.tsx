import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Slot } from '../api/energy.ts'
import { formatPower } from '../format/energy.ts'
import type { Style } from '../format/number.ts'
import { formatClock } from '../format/time.ts'
import { Button } from '../ui/button.tsx'
import { Table } from '../ui/table.tsx'
import classes from './day-chart.module.css'
import { hoursOf, seriesOf } from './day-series.ts'
import { Energy } from './figures.tsx'
import { useStyle } from './style.ts'

/** The day's sun and use. Time runs left to right in every language; the same figures stand in a table. */
export function DayChart({ slots }: { slots: readonly Slot[] }) {
  const { t } = useTranslation()
  const style = useStyle()
  const [asTable, setAsTable] = useState(false)
  return (
    <div className={classes.chart}>
      <div className={classes.legend}>
        <span data-series="produced">{t('chart.produced')}</span>
        <span data-series="used">{t('chart.used')}</span>
        <Button tone="quiet" small onClick={() => setAsTable(!asTable)}>
          {t(asTable ? 'chart.asChart' : 'chart.asTable')}
        </Button>
      </div>
      {asTable ? (
        <Table
          caption={t('energy.today')}
          testId="chart-table"
          columns={[
            { key: 'hour', title: t('chart.hour'), cell: hour => <bdi>{formatClock(hour.from, style)}</bdi> },
            {
              key: 'produced',
              title: t('chart.produced'),
              end: true,
              cell: hour => <Energy wattHours={hour.producedWh} />,
            },
            { key: 'used', title: t('chart.used'), end: true, cell: hour => <Energy wattHours={hour.usedWh} /> },
          ]}
          rows={hoursOf(slots)}
          keyOf={hour => hour.from}
        />
      ) : (
        <Canvas slots={slots} style={style} label={t('chart.label')} />
      )}
    </div>
  )
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function optionsOf(width: number, style: Style): uPlot.Options {
  const axis = {
    stroke: colour('--ink-soft'),
    font: '13px Plex, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  const clock = (seconds: number) => formatClock(new Date(seconds * 1000).toISOString(), style)
  const power = (watts: number) => {
    const { number, unit } = formatPower(watts, style)
    return `${number} ${unit}`
  }
  return {
    width,
    height: 240,
    legend: { show: false },
    cursor: { y: false },
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Africa/Cairo'),
    axes: [
      { ...axis, space: 80, values: (_, splits) => splits.map(clock) },
      { ...axis, size: 76, values: (_, splits) => splits.map(power) },
    ],
    series: [
      {},
      {
        stroke: colour('--sun-hover'),
        fill: `color-mix(in srgb, ${colour('--sun')} 28%, transparent)`,
        width: 2.5,
        points: { show: false },
      },
      { stroke: colour('--sky'), width: 2.5, points: { show: false } },
    ],
  }
}

function Canvas({ slots, style, label }: { slots: readonly Slot[]; style: Style; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = place.current
    if (!box) return
    const { at, producedW, usedW } = seriesOf(slots)
    let chart: uPlot | null = null
    const draw = () => {
      chart?.destroy()
      chart = new uPlot(optionsOf(box.clientWidth, style), [at, producedW, usedW], box)
    }
    const size = new ResizeObserver(() => chart?.setSize({ width: box.clientWidth, height: 240 }))
    const theme = new MutationObserver(draw)
    draw()
    size.observe(box)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      size.disconnect()
      theme.disconnect()
      chart?.destroy()
    }
  }, [slots, style.language, style.digits])
  return <div ref={place} dir="ltr" role="img" aria-label={label} className={classes.canvas} />
}
