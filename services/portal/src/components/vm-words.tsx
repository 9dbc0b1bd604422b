import { useTranslation } from 'react-i18next'
import type { SupplyClass, VmState } from '../api/vms.ts'
import { type Mood, Status } from '../ui/state.tsx'
import classes from './vm-words.module.css'

const moods: Record<VmState, Mood> = {
  initializing: 'busy',
  starting: 'busy',
  running: 'good',
  stopping: 'busy',
  off: 'rest',
  deleting: 'busy',
  rebuilding: 'busy',
  migrating: 'busy',
  paused: 'warn',
  unknown: 'warn',
}

/** How a server stands: a dot and a word. */
export function VmStatus({ status }: { status: VmState }) {
  const { t } = useTranslation()
  return (
    <Status mood={moods[status] ?? 'plain'} state={status} testId="vm-status">
      {t(`vm.status.${status}`)}
    </Status>
  )
}

/** Under which promise of power a server runs. */
export function SupplyBadge({ supply }: { supply: SupplyClass }) {
  const { t } = useTranslation()
  return (
    <span className={classes.supply} data-supply={supply} data-testid="supply-class">
      <SupplyMark supply={supply} />
      {t(`supply.${supply}.name`)}
    </span>
  )
}

/** A sun; a sun in a battery; a sun that never sets. */
export function SupplyMark({ supply }: { supply: SupplyClass }) {
  return (
    <svg className={classes.mark} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {supply === 'solar_only' && (
        <>
          <circle cx="12" cy="12" r="4.2" fill="currentColor" stroke="none" />
          <path d="M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1" />
        </>
      )}
      {supply === 'battery_backed' && (
        <>
          <rect x="2.5" y="7" width="16.5" height="10" rx="2.5" />
          <path d="M21.5 10.5v3M6.5 10.5v3M10.5 10.5v3M14.5 10.5v3" />
        </>
      )}
      {supply === 'always_on' && <path d="M7.5 8.5c-5 0-5 7 0 7 4 0 5-7 9-7 5 0 5 7 0 7-4 0-5-7-9-7z" />}
    </svg>
  )
}
