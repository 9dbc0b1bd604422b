import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startTexts } from './i18n/i18n.ts'
import { forgetFailedLinks } from './part.ts'
import { router } from './routes.tsx'
import './ui/fonts.css'
import './ui/tokens.css'

forgetFailedLinks()
await startTexts()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)
