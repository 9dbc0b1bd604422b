import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { BackArrow } from './icons.tsx'
import { Link } from './link.tsx'
import classes from './page.module.css'

export type PageProps = {
  title: string
  /** What stands beside the title. */
  actions?: ReactNode
  /** A sentence, or facts, under the title. */
  under?: ReactNode
  back?: { to: string; label: string }
  badge?: ReactNode
  children: ReactNode
}

/** One screen: its one `h1`, which takes the focus when one arrives, and its name in the window's title. */
export function Page({ title, actions, under, back, badge, children }: PageProps) {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('brand', { ns: 'entry' })}`
  }, [title, t])
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <>
      <header className={classes.head}>
        {back && (
          <nav aria-label={t('page.back')} className={classes.back}>
            <Link to={back.to}>
              <BackArrow />
              {back.label}
            </Link>
          </nav>
        )}
        <div className={classes.titles}>
          <h1 ref={heading} tabIndex={-1} dir="auto">
            {title}
          </h1>
          {badge}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
        {under && <div className={classes.under}>{under}</div>}
      </header>
      {children}
    </>
  )
}
