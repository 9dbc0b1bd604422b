import { createTheme, DirectionProvider, MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import './mantine.css'

const theme = createTheme({ fontFamily: 'var(--text)', cursorType: 'pointer', respectReducedMotion: true })

// The theme attribute is ours (first-paint.js, applyTheme); Mantine only reads it.
const schemeManager = {
  get: () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light') as 'dark' | 'light',
  set: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
}

/** Mantine under our tokens: it injects no style of its own, and follows the page's direction. */
export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        colorSchemeManager={schemeManager}
        withCssVariables={false}
        withGlobalClasses={false}
        getRootElement={() => undefined}
      >
        {children}
      </MantineProvider>
    </DirectionProvider>
  )
}
