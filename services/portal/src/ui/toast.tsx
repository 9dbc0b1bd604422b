import { Notifications, notifications } from '@mantine/notifications'
import '@mantine/core/styles/Notification.css'
import '@mantine/notifications/styles.css'
import classes from './toast.module.css'

/** Where short messages appear; it announces them politely. */
export function Toasts() {
  return <Notifications position="top-center" limit={3} autoClose={5_000} aria-live="polite" />
}

/** Says one thing for a moment; nothing that a person must act on. */
export function toast(message: string, mood: 'good' | 'bad' | 'plain' = 'good'): void {
  notifications.show({
    message,
    withCloseButton: false,
    classNames: { root: `${classes.toast} ${classes[mood]}`, description: classes.words! },
  })
}
