import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { notificationsQuery, readAll } from '../../api/notifications.ts'
import { problemOf } from '../../api/problem.ts'
import { CheckIcon } from '../../components/icons-entry.tsx'
import { Pages, usePages } from '../../components/loaded.tsx'
import { NewsList } from '../../components/news.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyScene } from '../../components/scenery.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Empty } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'

export function NotificationsPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [unreadOnly, setUnreadOnly] = useState(false)
  const feed = usePages(notificationsQuery(unreadOnly))
  const all = useMutation({
    mutationFn: readAll,
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['notifications'] }),
    onError: error => toast(problemOf(error).title, 'bad'),
  })
  const newest = feed.data?.pages[0]?.data[0]?.id
  return (
    <Page
      title={t('notifications.title')}
      actions={
        <Button
          icon={<CheckIcon />}
          busy={all.isPending}
          disabled={newest === undefined}
          onClick={() => newest !== undefined && all.mutate(newest)}
        >
          {t('notifications.readAll')}
        </Button>
      }
      under={
        <Segments
          name="unread"
          legend={t('notifications.which')}
          value={unreadOnly ? 'unread' : 'all'}
          onChange={value => setUnreadOnly(value === 'unread')}
          options={[
            { value: 'all', label: t('notifications.all') },
            { value: 'unread', label: t('notifications.unread') },
          ]}
        />
      }
    >
      <Card tight>
        <Pages
          query={feed}
          countText={count => t('notifications.count', { count })}
          empty={
            <Empty picture={<EmptyScene kind="notifications" />} title={t('notifications.emptyTitle')}>
              {t('notifications.emptyText')}
            </Empty>
          }
        >
          {rows => <NewsList news={rows} />}
        </Pages>
      </Card>
    </Page>
  )
}
