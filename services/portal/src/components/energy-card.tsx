import { useTranslation } from 'react-i18next'
import type { SiteEnergy } from '../api/energy.ts'
import { formatPower } from '../format/energy.ts'
import { formatPercent } from '../format/number.ts'
import { formatSpan } from '../format/time.ts'
import { Status } from '../ui/state.tsx'
import classes from './energy-card.module.css'
import { ageOf, chargeMood, type Flow, type FlowNode, flowsOf } from './energy-flow.ts'
import { Power, useNow } from './figures.tsx'
import { BatteryIcon, GeneratorIcon, GridIcon, ServerIcon } from './icons.tsx'
import { SunIcon } from './icons-entry.tsx'
import { SkyBand } from './sky-band.tsx'
import { useStyle } from './style.ts'

const levelMoods = {
  normal: 'good',
  watch: 'warn',
  low: 'warn',
  backup: 'warn',
  critical: 'bad',
  safe_stop: 'bad',
} as const

/** A site's energy as it flows now: a picture, and the same in one sentence. */
export function EnergyCard({ site }: { site: SiteEnergy }) {
  const { t } = useTranslation()
  const flows = flowsOf(site)
  return (
    <section
      className={classes.card}
      data-testid="energy-card"
      data-site={site.siteId}
      aria-label={t('energy.cardOf', { name: site.name })}
    >
      <SkyBand elevation={site.sunElevation} />
      <header className={classes.head}>
        <div>
          <h2 className={classes.title}>{t('energy.now')}</h2>
          <p className={classes.place}>
            <bdi>{site.name}</bdi> · <Age site={site} />
          </p>
        </div>
        <Status mood={levelMoods[site.level]} state={site.level} testId="shed-stage">
          {t(`energy.level.${site.level}`)}
        </Status>
      </header>
      <ul className={classes.flow} aria-label={t('energy.flows')}>
        {flows.map(flow => (
          <Node key={flow.node} flow={flow} site={site} />
        ))}
      </ul>
      <p className={classes.sentence} data-testid="energy-sentence">
        <EnergySentence site={site} flows={flows} />
      </p>
    </section>
  )
}

function Age({ site }: { site: SiteEnergy }) {
  const { t } = useTranslation()
  const style = useStyle()
  const age = ageOf(site, useNow(1_000))
  if (age === null || site.quality === 'none') return <span data-testid="stale-age">{t('energy.never')}</span>
  const seconds = Math.floor(age)
  const text =
    seconds < 60 ? t('energy.ageSeconds', { count: seconds }) : t('energy.age', { span: formatSpan(age, style) })
  return (
    <span data-testid="stale-age" data-state={site.quality}>
      {site.quality === 'stale' ? t('energy.staleSince', { age: text }) : text}
    </span>
  )
}

const pictures: Record<FlowNode, typeof SunIcon> = {
  solar: SunIcon,
  battery: BatteryIcon,
  grid: GridIcon,
  generator: GeneratorIcon,
  load: ServerIcon,
}

function Node({ flow, site }: { flow: Flow; site: SiteEnergy }) {
  const { t } = useTranslation()
  const style = useStyle()
  const { node, watts, direction } = flow
  const Picture = pictures[node]
  const charge = node === 'battery' ? site.chargePercent : null
  return (
    <li
      className={classes.node}
      data-testid="flow-node"
      data-node={node}
      data-watts={watts === null ? '' : Math.round(watts)}
      data-direction={direction}
      data-age={site.age ?? ''}
    >
      <span
        className={classes.disc}
        data-charge={charge === null ? undefined : chargeMood(charge)}
        style={charge === null ? undefined : ({ '--charge': `${charge}%` } as Record<string, string>)}
      >
        <Picture size={26} />
      </span>
      <span className={classes.name}>{t(`energy.node.${node}`)}</span>
      <strong className={classes.watts}>{watts === null ? t('energy.unknownValue') : <Power watts={watts} />}</strong>
      <span className={classes.way}>
        {t(`energy.direction.${direction}`)}
        {charge !== null && (
          <>
            {' · '}
            <bdi dir="ltr">{formatPercent(charge, style)}</bdi>
          </>
        )}
      </span>
      {node !== 'load' && <span className={classes.wire} aria-hidden="true" />}
    </li>
  )
}

/** The picture in words, for those who do not see it and those who would rather read. */
function EnergySentence({ site, flows }: { site: SiteEnergy; flows: Flow[] }) {
  const { t } = useTranslation()
  const style = useStyle()
  const isolated = (watts: number) => {
    const { number, unit } = formatPower(watts, style)
    return `\u2066${number}\u00a0${unit}\u2069`
  }
  const parts = flows
    .filter(({ watts, direction }) => watts !== null && direction !== 'unknown')
    .map(({ node, watts, direction }) => t(`energy.sentence.${node}.${direction}`, { watts: isolated(watts ?? 0) }))
  if (site.chargePercent !== null)
    parts.push(t('energy.sentence.charge', { percent: `\u2066${formatPercent(site.chargePercent, style)}\u2069` }))
  if (parts.length === 0) return t('energy.sentence.nothing')
  const list = new Intl.ListFormat(style.language, { type: 'conjunction' }).format(parts)
  return `${list.charAt(0).toLocaleUpperCase(style.language)}${list.slice(1)}.`
}
