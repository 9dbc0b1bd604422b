import { useTranslation } from 'react-i18next'
import { type BySource, energySources } from '../api/usage.ts'
import classes from './energy-by-source.module.css'
import { Energy } from './figures.tsx'

/** Watt-hours by where they came from: one bar, and the figures that add up to the total. */
export function EnergyBySource({ energy, totalWh }: { energy: BySource; totalWh: string }) {
  const { t } = useTranslation()
  const total = Number(totalWh)
  const shown = energySources.filter(source => source !== 'generator' || Number(energy[source]) > 0)
  return (
    <div className={classes.receipt} data-testid="energy-receipt" data-wh={totalWh}>
      <div className={classes.bar} aria-hidden="true">
        {total > 0 &&
          shown.map(source => (
            <span
              key={source}
              data-source={source}
              style={{ inlineSize: `${(Number(energy[source]) / total) * 100}%` }}
            />
          ))}
      </div>
      <dl className={classes.figures}>
        {shown.map(source => (
          <div key={source} data-source={source} data-wh={energy[source]}>
            <dt>
              <span className={classes.dot} data-source={source} aria-hidden="true" />
              {t(`energy.node.${source}`)}
            </dt>
            <dd>
              <Energy wattHours={energy[source]} />
            </dd>
          </div>
        ))}
        <div className={classes.total}>
          <dt>{t('usage.total')}</dt>
          <dd>
            <Energy wattHours={totalWh} />
          </dd>
        </div>
      </dl>
    </div>
  )
}
