import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { needTexts } from './i18n/i18n.ts'
import { BrokenPage } from './pages/broken.tsx'
import { part } from './part.ts'
import { ensureSession } from './session/token.ts'

const root = createRootRoute({ notFoundComponent: part(() => import('./pages/lost.tsx'), 'LostPage') })

const toDashboard = () => {
  throw redirect({ to: '/customer/dashboard', replace: true })
}
const home = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: toDashboard })
const customerHome = createRoute({ getParentRoute: () => root, path: '/customer', beforeLoad: toDashboard })

/** A way inside the portal that somebody was on when they had to sign in; never an address elsewhere. */
const inside = (to: unknown): string | undefined =>
  typeof to === 'string' && /^\/customer\/[\w\-/?=&.%]*$/.test(to) ? to : undefined
/** A number in the address, or nothing. */
const numberOf = (value: unknown): number | undefined => {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

const login = createRoute({
  getParentRoute: () => root,
  path: '/customer/login',
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = inside(search.to)
    return to === undefined ? {} : { to }
  },
  component: part(() => import('./pages/customer/login.tsx'), 'LoginPage'),
})
const register = createRoute({
  getParentRoute: () => root,
  path: '/customer/register',
  component: part(() => import('./pages/customer/register.tsx'), 'RegisterPage'),
})

/** Everything below needs somebody signed in. */
const customer = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const [known] = await Promise.all([ensureSession(), needTexts('app')])
    if (!known) throw redirect({ to: '/customer/login', search: { to: location.href }, replace: true })
  },
  component: part(() => import('./components/shell.tsx'), 'Shell'),
  errorComponent: part(() => import('./pages/unreachable.tsx'), 'UnreachablePage'),
})

const under = { getParentRoute: () => customer } as const
const pages = [
  createRoute({
    ...under,
    path: '/customer/dashboard',
    component: part(() => import('./pages/customer/dashboard.tsx'), 'DashboardPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/servers',
    component: part(() => import('./pages/customer/servers/list.tsx'), 'ServersPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/servers/new',
    component: part(() => import('./pages/customer/servers/new.tsx'), 'NewServerPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/servers/$id',
    component: part(() => import('./pages/customer/servers/detail.tsx'), 'ServerPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/usage',
    component: part(() => import('./pages/customer/usage.tsx'), 'UsagePage'),
  }),
  createRoute({
    ...under,
    path: '/customer/invoices',
    component: part(() => import('./pages/customer/invoices/list.tsx'), 'InvoicesPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/invoices/$id',
    component: part(() => import('./pages/customer/invoices/detail.tsx'), 'InvoicePage'),
  }),
  createRoute({
    ...under,
    path: '/customer/devices',
    component: part(() => import('./pages/customer/devices/list.tsx'), 'DevicesPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/repairs',
    component: part(() => import('./pages/customer/repairs/list.tsx'), 'RepairsPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/repairs/new',
    validateSearch: (search: Record<string, unknown>): { device?: number } => {
      const device = numberOf(search.device)
      return device === undefined ? {} : { device }
    },
    component: part(() => import('./pages/customer/repairs/new.tsx'), 'NewRepairPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/repairs/$id',
    component: part(() => import('./pages/customer/repairs/detail.tsx'), 'RepairPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/notifications',
    component: part(() => import('./pages/customer/notifications.tsx'), 'NotificationsPage'),
  }),
  createRoute({
    ...under,
    path: '/customer/settings/appearance',
    component: part(() => import('./pages/customer/settings/appearance.tsx'), 'AppearancePage'),
  }),
] as const

const tree = root.addChildren([home, customerHome, login, register, customer.addChildren(pages)])

/** The whole tree of addresses. */
export const router = createRouter({
  routeTree: tree,
  scrollRestoration: true,
  defaultPreload: 'intent',
  // Never a piece of its own: it says which pieces could not be brought.
  defaultErrorComponent: BrokenPage,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
