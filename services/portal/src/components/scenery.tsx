import { useId } from 'react'

/** The desert that the brand stands in: sky, sun, dunes, and a row of panels. Colours come from the theme. */
export function Desert() {
  const id = useId()
  return (
    <svg viewBox="0 0 800 900" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="var(--sky-high)" />
          <stop offset="1" stopColor="var(--sky-low)" />
        </linearGradient>
      </defs>
      <rect width="800" height="900" fill={`url(#${id})`} />
      <circle cx="400" cy="470" r="230" fill="var(--disc)" opacity="0.18" />
      <circle cx="400" cy="470" r="165" fill="var(--disc)" opacity="0.3" />
      <circle cx="400" cy="470" r="110" fill="var(--disc)" />
      <path d="M0 600c120-60 260-70 400-20s270 50 400-20v340H0z" fill="var(--dune-1)" />
      <Panels />
      <path d="M0 700c140-70 300-50 430 0s240 40 370-40v240H0z" fill="var(--dune-2)" />
      <path d="M0 800c160-60 330-10 470 10s220 0 330-50v140H0z" fill="var(--dune-3)" />
    </svg>
  )
}

function Panels() {
  return (
    <g fill="#2d4a6b" stroke="#f6e7c9" strokeWidth="3" strokeLinejoin="round">
      {[500, 590, 680].map(x => (
        <g key={x}>
          <path d={`M${x} 655l22-62h66l-14 62z`} />
          <path d={`M${x + 11} 624h70M${x + 33} 655l15-62M${x + 53} 655l13-62`} fill="none" strokeWidth="1.6" />
        </g>
      ))}
    </g>
  )
}

/** A small scene for a list that has nothing yet; `kind` says what would stand there. */
export function EmptyScene({
  kind,
}: {
  kind: 'servers' | 'devices' | 'repairs' | 'invoices' | 'notifications' | 'usage' | 'lost'
}) {
  return (
    <svg viewBox="0 0 320 190" aria-hidden="true" focusable="false">
      <rect width="320" height="190" rx="28" fill="var(--sky-high)" opacity="0.55" />
      <circle cx="232" cy="62" r="52" fill="var(--disc)" opacity="0.35" />
      <circle cx="232" cy="62" r="30" fill="var(--sun)" />
      <path
        d="M0 130c50-26 110-30 160-10s110 18 160-8v50a28 28 0 0 1-28 28H28a28 28 0 0 1-28-28z"
        fill="var(--dune-1)"
      />
      <g fill="var(--surface)" stroke="var(--dune-3)" strokeWidth="3.5" strokeLinejoin="round" strokeLinecap="round">
        {scenes[kind]}
      </g>
      <path
        d="M0 160c60-24 120-10 180-2s100 2 140-12v16a28 28 0 0 1-28 28H28a28 28 0 0 1-28-28z"
        fill="var(--dune-2)"
      />
    </svg>
  )
}

const scenes = {
  servers: (
    <>
      <rect x="92" y="62" width="86" height="30" rx="8" />
      <rect x="92" y="98" width="86" height="30" rx="8" />
      <path d="M108 77h.1M122 77h.1M108 113h.1M122 113h.1M146 77h18M146 113h18" />
    </>
  ),
  devices: (
    <>
      <path d="M88 132l22-62h92l-16 62z" />
      <path d="M99 101h95M119 132l17-62M151 132l15-62M130 132v18" fill="none" />
    </>
  ),
  repairs: (
    <>
      <path d="M100 134l46-46a22 22 0 0 1 28-27l-13 14 4 12 12 4 14-13a22 22 0 0 1-28 27l-46 46z" />
    </>
  ),
  invoices: (
    <>
      <path d="M108 48h66v92l-11-8-11 8-11-8-11 8-11-8-11 8z" />
      <path d="M122 70h38M122 86h38M122 102h22" fill="none" />
    </>
  ),
  notifications: (
    <>
      <path d="M100 122c12-8 12-22 12-34a28 28 0 0 1 56 0c0 12 0 26 12 34z" />
      <path d="M130 134a11 11 0 0 0 20 0" fill="none" />
    </>
  ),
  usage: (
    <>
      <rect x="94" y="96" width="20" height="38" rx="5" />
      <rect x="124" y="72" width="20" height="62" rx="5" />
      <rect x="154" y="52" width="20" height="82" rx="5" />
    </>
  ),
  lost: (
    <>
      <circle cx="136" cy="96" r="36" />
      <path d="M150 82l-8 22-20 8 8-22z" />
    </>
  ),
}
