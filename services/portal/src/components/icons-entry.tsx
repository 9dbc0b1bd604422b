import { IconAlertTriangle, IconCheck, IconInfoCircle, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react'
import type { ComponentType } from 'react'

type Picture = ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: boolean }>
/** A picture of the set in our line width; it says nothing by itself, so nobody hears it. */
export const drawn = (Shape: Picture) =>
  function Icon({ size = 20 }: { size?: number }) {
    return <Shape size={size} stroke={1.75} aria-hidden />
  }

// The pictures of the pages before signing in; the others stand in icons.tsx and come later.
export const AlertIcon = drawn(IconAlertTriangle)
export const LanguageIcon = drawn(IconLanguage)
export const MoonIcon = drawn(IconMoon)
export const SunIcon = drawn(IconSun)
export const CheckIcon = drawn(IconCheck)
export const InfoIcon = drawn(IconInfoCircle)
