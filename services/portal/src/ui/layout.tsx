import type { ReactNode } from 'react'
import classes from './layout.module.css'

/** Things below each other. */
export function Stack({ children, gap = 'normal' }: { children: ReactNode; gap?: 'small' | 'normal' }) {
  return (
    <div className={classes.stack} data-gap={gap}>
      {children}
    </div>
  )
}

/** Things beside each other, wrapping where there is no room. */
export function Row({ children, spread }: { children: ReactNode; spread?: boolean }) {
  return (
    <div className={classes.row} data-spread={spread || undefined}>
      {children}
    </div>
  )
}

/** The main thing and what stands beside it, where the page is wide enough. */
export function Aside({ children, aside }: { children: ReactNode; aside: ReactNode }) {
  return (
    <div className={classes.split}>
      <div className={classes.main}>{children}</div>
      <div className={classes.side}>{aside}</div>
    </div>
  )
}

/** Equal parts, as many beside each other as fit. */
export function Tiles({ children, least = '14rem' }: { children: ReactNode; least?: string }) {
  return (
    <div className={classes.tiles} style={{ '--least': least } as Record<string, string>}>
      {children}
    </div>
  )
}

/** Words for those who listen to the page. */
export function Spoken({ children, live, testId }: { children: ReactNode; live?: boolean; testId?: string }) {
  return (
    <span className={classes.spoken} data-testid={testId} {...(live ? { role: 'status', 'aria-live': 'polite' } : {})}>
      {children}
    </span>
  )
}

/** Quiet words. */
export function Muted({ children }: { children: ReactNode }) {
  return <span className={classes.muted}>{children}</span>
}

/** What somebody wrote, as they wrote it: each paragraph in the direction of its own words, nothing as markup. */
export function Written({ children }: { children: string }) {
  return <p className={classes.written}>{children}</p>
}
