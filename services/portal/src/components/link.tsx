import { createLink, Link as RouterLink } from '@tanstack/react-router'
import { AnchorButton } from '../ui/button.tsx'

/** A link inside the portal. */
export const Link = RouterLink

/** A link inside the portal that looks like a button. */
export const ButtonLink = createLink(AnchorButton)
