import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { moveRepair, type Repair } from '../api/repairs.ts'
import { useSubmit } from '../forms/submit.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, Foot } from '../ui/dialog.tsx'
import { Stack } from '../ui/layout.tsx'
import { toast } from '../ui/toast.tsx'
import { FormProblem } from './problem.tsx'

type Target = Repair['targets'][number]

/** What the customer may do with a repair now; the service says which steps those are. */
export function RepairActions({ repair }: { repair: Repair }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [cancelling, setCancelling] = useState(false)
  const form = useSubmit<{ to: Target; version: number }, Repair>(
    move => moveRepair(repair.id, move),
    () => {
      setCancelling(false)
      toast(t('repair.moved'))
      void queries.invalidateQueries({ queryKey: ['repairs'] })
    },
  )
  const go = (to: Target) => void form.send({ to, version: repair.version })
  const steps = repair.targets
  if (steps.length === 0) return null
  return (
    <Stack gap="small">
      {!cancelling && <FormProblem problem={form.problem} />}
      {steps.map(to =>
        to === 'cancelled' ? (
          <Button key={to} tone="danger" wide onClick={() => setCancelling(true)}>
            {t('repair.step.cancelled')}
          </Button>
        ) : (
          <Button key={to} tone="sun" wide busy={form.busy} onClick={() => go(to)}>
            {t(`repair.step.${repair.state === 'needs_info' ? 'answered' : to}`)}
          </Button>
        ),
      )}
      <Dialog
        open={cancelling}
        title={t('repair.cancelTitle')}
        closeLabel={t('act.close')}
        onClose={() => setCancelling(false)}
      >
        <FormProblem problem={form.problem} />
        <p>{t('repair.cancelText')}</p>
        <Foot>
          <Button tone="danger" busy={form.busy} onClick={() => go('cancelled')}>
            {t('repair.step.cancelled')}
          </Button>
          <Button onClick={() => setCancelling(false)}>{t('act.keep')}</Button>
        </Foot>
      </Dialog>
    </Stack>
  )
}
