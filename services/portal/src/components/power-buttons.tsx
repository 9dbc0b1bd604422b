import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newKey } from '../api/key.ts'
import { problemOf } from '../api/problem.ts'
import { powerVm, type Vm } from '../api/vms.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, Foot } from '../ui/dialog.tsx'
import { toast } from '../ui/toast.tsx'
import { PowerIcon, RestartIcon, StartIcon } from './icons.tsx'

type Verb = 'start' | 'stop' | 'reboot'

/** Start, restart, stop. What may lose somebody's work asks first; starting does not. */
export function PowerButtons({ vm }: { vm: Vm }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [asking, setAsking] = useState<'stop' | 'reboot' | null>(null)
  const act = useMutation({
    mutationFn: (verb: Verb) => powerVm(vm.id, verb, newKey()),
    onSuccess: (_, verb) => {
      toast(t(`vm.asked.${verb}`))
      void queries.invalidateQueries({ queryKey: ['vms'] })
    },
    onError: error => toast(problemOf(error).title, 'bad'),
    onSettled: () => setAsking(null),
  })
  const running = vm.status === 'running' || vm.status === 'paused'
  const off = vm.status === 'off'
  return (
    <>
      {off && (
        <Button tone="sun" icon={<StartIcon />} busy={act.isPending} onClick={() => act.mutate('start')}>
          {t('vm.start')}
        </Button>
      )}
      {running && (
        <>
          <Button icon={<RestartIcon />} onClick={() => setAsking('reboot')}>
            {t('vm.reboot')}
          </Button>
          <Button icon={<PowerIcon />} onClick={() => setAsking('stop')}>
            {t('vm.stop')}
          </Button>
        </>
      )}
      <Dialog
        open={asking !== null}
        title={t(`vm.confirm.${asking ?? 'stop'}Title`)}
        closeLabel={t('act.close')}
        onClose={() => setAsking(null)}
      >
        <p>{t(`vm.confirm.${asking ?? 'stop'}Text`)}</p>
        <Foot>
          <Button tone="danger" busy={act.isPending} onClick={() => asking && act.mutate(asking)}>
            {t(`vm.${asking ?? 'stop'}`)}
          </Button>
          <Button onClick={() => setAsking(null)}>{t('act.cancel')}</Button>
        </Foot>
      </Dialog>
    </>
  )
}
