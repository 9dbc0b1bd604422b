import { useId } from 'react'
import classes from './energy-card.module.css'

/** The sky over the site: the sun as high as it stands there, or the stars. */
export function SkyBand({ elevation }: { elevation: number | null }) {
  const id = useId()
  const known = elevation ?? 30
  const night = known < -6
  const dawn = !night && known < 12
  const height = 150 - Math.max(-10, Math.min(75, known)) * 1.5
  const [top, bottom] = night ? ['#141a33', '#39355c'] : dawn ? ['#6f7fb0', '#f7b267'] : ['#6fb3dc', '#fbe3ae']
  return (
    <svg
      className={classes.sky}
      viewBox="0 0 900 170"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
      data-elevation={elevation ?? ''}
    >
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={top} />
          <stop offset="1" stopColor={bottom} />
        </linearGradient>
      </defs>
      <rect width="900" height="170" fill={`url(#${id})`} />
      {night ? (
        <g fill="#fff4d6">
          {stars.map(([x, y, r]) => (
            <circle key={`${x}-${y}`} cx={x} cy={y} r={r} />
          ))}
          <path d="M690 30a26 26 0 1 0 22 40 22 22 0 1 1-22-40z" fill="#f7e6bd" />
        </g>
      ) : (
        <g>
          <circle cx="450" cy={height} r="62" fill="#fff6dc" opacity="0.35" />
          <circle cx="450" cy={height} r="36" fill={dawn ? '#ffdf9e' : '#fff8e2'} />
        </g>
      )}
      <path d="M0 128c150-44 300-34 450-8s300 22 450-16v66H0z" fill={night ? '#2d2a45' : '#eec58a'} />
      <path d="M0 152c180-34 340-14 500-4s280 2 400-22v44H0z" fill={night ? '#211f36' : '#d99b58'} />
    </svg>
  )
}

const stars: [x: number, y: number, r: number][] = [
  [60, 30, 1.6],
  [140, 66, 1.1],
  [230, 24, 1.4],
  [330, 58, 1],
  [420, 22, 1.5],
  [520, 64, 1.1],
  [600, 26, 1.3],
  [770, 84, 1.2],
  [830, 36, 1.5],
]
