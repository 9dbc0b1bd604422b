import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import '@mantine/core/styles/CloseButton.css'
import classes from './dialog.module.css'

export type DialogProps = {
  open: boolean
  title: string
  closeLabel: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
}

/** A question over the page; Escape and the corner button leave it, and focus goes back where it was. */
export function Dialog({ open, title, closeLabel, onClose, children, wide }: DialogProps) {
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={title}
      centered
      // Locking the scroll would inject a style element; the overlay is enough.
      lockScroll={false}
      size={wide ? 'lg' : 'md'}
      closeButtonProps={{ 'aria-label': closeLabel, size: 44 }}
      classNames={{
        content: classes.content!,
        header: classes.header!,
        title: classes.title!,
        overlay: classes.overlay!,
      }}
    >
      {children}
    </Modal>
  )
}

/** The buttons at the foot of a dialog or a form. */
export function Foot({ children }: { children: ReactNode }) {
  return <div className={classes.foot}>{children}</div>
}
