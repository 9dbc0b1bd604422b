import { Menu as MantineMenu } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import classes from './menu.module.css'

export type MenuEntry = {
  key: string
  label: string
  icon?: ReactNode
  onChoose: () => void
  danger?: boolean
}
export type MenuProps = { target: ReactElement; entries: readonly MenuEntry[]; heading?: ReactNode }

/** A short list of acts behind one button. */
export function Menu({ target, entries, heading }: MenuProps) {
  return (
    <MantineMenu
      position="bottom-end"
      shadow="lg"
      width={240}
      // The placeholder is focusable and no menu item: screen readers would meet a menu with a stranger in it.
      withInitialFocusPlaceholder={false}
      classNames={{ dropdown: classes.dropdown!, item: classes.item! }}
    >
      <MantineMenu.Target>{target}</MantineMenu.Target>
      <MantineMenu.Dropdown>
        {heading && <div className={classes.heading}>{heading}</div>}
        {entries.map(({ key, label, icon, onChoose, danger }) => (
          <MantineMenu.Item key={key} leftSection={icon} onClick={onChoose} data-danger={danger || undefined}>
            {label}
          </MantineMenu.Item>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  )
}
