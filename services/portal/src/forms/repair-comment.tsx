import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { commentRepair } from '../api/repairs.ts'
import { FormProblem } from '../components/problem.tsx'
import { Button } from '../ui/button.tsx'
import { Foot } from '../ui/dialog.tsx'
import { TextArea } from '../ui/field.tsx'
import { Stack } from '../ui/layout.tsx'
import { useSubmit } from './submit.ts'

/** Writing to the people who repair. */
export function RepairCommentForm({ repairId }: { repairId: number }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [comment, setComment] = useState('')
  const form = useSubmit<string, unknown>(
    (text, key) => commentRepair(repairId, text, key),
    () => {
      setComment('')
      void queries.invalidateQueries({ queryKey: ['repairs'] })
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void form.send(comment)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="small">
        <FormProblem problem={form.problem} />
        <TextArea
          label={t('repair.comment')}
          name="comment"
          rows={3}
          required
          maxLength={4000}
          value={comment}
          error={form.faultOf('comment')}
          onChange={event => setComment(event.target.value)}
        />
      </Stack>
      <Foot>
        <Button type="submit" busy={form.busy}>
          {t('repair.addComment')}
        </Button>
      </Foot>
    </form>
  )
}
