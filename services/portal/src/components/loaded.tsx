import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../api/problem.ts'
import type { Answer } from '../api/request.ts'
import { businessNow } from '../live/business-time.ts'
import { Button } from '../ui/button.tsx'
import { Row, Spoken } from '../ui/layout.tsx'
import { Bones, Empty, Notice } from '../ui/state.tsx'
import { Ago } from './figures.tsx'
import { InfoIcon } from './icons-entry.tsx'
import { LoadProblem } from './problem.tsx'
import { EmptyScene } from './scenery.tsx'

export type LoadedProps<T> = {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isError' | 'refetch' | 'dataUpdatedAt'>
  rows?: number
  tall?: boolean
  children: (known: T) => ReactNode
}

type Asked<T> = Pick<UseQueryResult<T>, 'data' | 'error'>
const isGone = (error: unknown): boolean => error !== null && problemOf(error).status === 404

/** What a query knows; of a thing that is gone, nothing any more. */
export const knownOf = <T,>({ data, error }: Asked<T>): T | undefined => (isGone(error) ? undefined : data)

/** What a query knows; its shape while it is coming; why it could not be had; and, when it is old, how old. */
export function Loaded<T>({ query, rows = 3, tall, children }: LoadedProps<T>) {
  const { t } = useTranslation()
  const { data, error, isError, refetch, dataUpdatedAt } = query
  if (isGone(error))
    return (
      <Empty picture={<EmptyScene kind="lost" />} title={t('page.nothing')} testId="not-found">
        {t('page.nothingText')}
      </Empty>
    )
  if (data === undefined)
    return isError ? (
      <LoadProblem problem={problemOf(error)} onRetry={() => void refetch()} />
    ) : (
      <Bones rows={rows} tall={tall ?? false} label={t('loading', { ns: 'entry' })} />
    )
  return (
    <>
      {isError && (
        <Notice
          mood="warn"
          icon={<InfoIcon />}
          action={
            <Button small onClick={() => void refetch()}>
              {t('act.retry', { ns: 'entry' })}
            </Button>
          }
        >
          {t('page.stale')} <Ago at={businessNow(dataUpdatedAt).toISOString()} testId="stale-age" />
        </Notice>
      )}
      {children(data)}
    </>
  )
}

type Paged<T, M> = UseInfiniteQueryResult<InfiniteData<Answer<T[], M>>, Error>

export type PagesProps<T, M> = {
  query: Paged<T, M>
  countText: (count: number) => string
  empty: ReactNode
  children: (rows: T[]) => ReactNode
}

/** A list that comes page by page: its rows, how many are shown, and the next page behind a button. */
export function Pages<T, M>({ query, countText, empty, children }: PagesProps<T, M>) {
  const { t } = useTranslation()
  return (
    <Loaded query={query} rows={4}>
      {({ pages }) => {
        const rows = pages.flatMap(page => page.data)
        return (
          <>
            <Spoken live testId="list-count">
              {countText(rows.length)}
            </Spoken>
            {rows.length === 0 ? empty : children(rows)}
            {query.hasNextPage && (
              <Row>
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t('act.more')}
                </Button>
              </Row>
            )}
          </>
        )
      }}
    </Loaded>
  )
}

export { useInfiniteQuery as usePages }
