import { useTranslation } from 'react-i18next'
import { type Mood, Status } from '../ui/state.tsx'

const moods: Record<string, Mood> = {
  draft: 'rest',
  submitted: 'busy',
  waiting_for_you: 'warn',
  in_progress: 'busy',
  scheduled: 'busy',
  waiting_parts: 'rest',
  ready: 'good',
  done: 'good',
  closed: 'plain',
  cannot_be_repaired: 'bad',
  declined_by_us: 'bad',
  cancelled: 'plain',
}

/** How a repair stands, in the customer's words. */
export function RepairStateWord({ state }: { state: string }) {
  const { t } = useTranslation()
  return (
    <Status mood={moods[state] ?? 'plain'} state={state} testId="repair-state">
      {t(`repair.state.${state}`)}
    </Status>
  )
}
