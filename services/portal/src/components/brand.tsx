import { useTranslation } from 'react-i18next'
import classes from './brand.module.css'

/** The sun over a dune, and the name. */
export function Brand() {
  const { t } = useTranslation()
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 64 64" aria-hidden="true" focusable="false">
        <rect width="64" height="64" rx="18" fill="var(--sun)" />
        <circle cx="32" cy="32" r="12.5" fill="#fff6e0" />
        <path d="M0 44c10-8 22-8 32-2s22 6 32-2v6a18 18 0 0 1-18 18H18A18 18 0 0 1 0 46z" fill="#8a3f1a" />
        <path d="M0 51c12-5 20-3 30 0s24 4 34-2a18 18 0 0 1-18 15H18A18 18 0 0 1 0 51z" fill="#5b2811" />
      </svg>
      <span className={classes.name}>{t('brand', { ns: 'entry' })}</span>
    </span>
  )
}
