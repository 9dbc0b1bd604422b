import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../api/problem.ts'
import { statusQuery } from '../api/status.ts'
import { hearer } from '../live/hear.ts'
import { listen } from '../live/stream.ts'
import { onEnd } from '../session/token.ts'
import { UiProvider } from '../ui/provider.tsx'
import { Toasts } from '../ui/toast.tsx'
import { OfflineBar } from './connection.tsx'
import { Masthead } from './masthead.tsx'
import { BottomBar, Sidebar } from './navigation.tsx'
import classes from './shell.module.css'

const makeQueries = () =>
  new QueryClient({
    defaultOptions: {
      // A platform in one's own network is there when the internet is not: asking finds out, not the browser's guess.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 10_000,
        // What was refused stays refused; what broke is tried again.
        retry: (count, error) => count < 2 && (problemOf(error).status === 0 || problemOf(error).status >= 500),
      },
    },
  })

/** Everything a signed-in person sees stands in here: navigation, the live connection, the page. */
export function Shell() {
  const [queries] = useState(makeQueries)
  const router = useRouter()

  useEffect(() => {
    const leave = new AbortController()
    const { heard, all } = hearer(queries)
    void listen(heard, all, leave.signal)
    const unhook = onEnd(wished => {
      queries.clear()
      const search = wished ? {} : { to: router.state.location.href }
      void router.navigate({ to: '/customer/login', search, replace: true })
    })
    return () => {
      unhook()
      leave.abort()
    }
  }, [queries, router])

  return (
    <QueryClientProvider client={queries}>
      <UiProvider>
        <Toasts />
        <Frame />
      </UiProvider>
    </QueryClientProvider>
  )
}

function Frame() {
  const { t } = useTranslation()
  const main = useRef<HTMLElement>(null)
  useReadiness(main)
  // Sets the business clock, by which every age on the page is told.
  useQuery(statusQuery)
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t('page.skip')}
      </a>
      <Sidebar />
      <div className={classes.body}>
        <Masthead />
        <OfflineBar />
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      <BottomBar />
    </div>
  )
}

/** Says `data-app-ready` once the page shows its first data and no skeleton any more. */
function useReadiness(main: React.RefObject<HTMLElement | null>): void {
  const path = useRouterState({ select: state => state.location.pathname })
  useEffect(() => {
    document.body.dataset.appReady = 'false'
    const look = () => {
      const ready = main.current?.querySelector('h1') && !main.current.querySelector('[data-testid="skeleton"]')
      if (ready) document.body.dataset.appReady = 'true'
    }
    const watcher = new MutationObserver(look)
    if (main.current) watcher.observe(main.current, { childList: true, subtree: true })
    look()
    return () => watcher.disconnect()
  }, [path, main])
}
