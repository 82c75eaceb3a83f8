import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { NotFoundPage } from '@/pages/not-found/NotFoundPage'
import { recommendSearch } from '@/pages/recommend/search'
import { reportSearch } from '@/pages/report/period'
import { PageFailed } from './PageFailed'
import { Shell } from './Shell'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage, errorComponent: PageFailed })

type Loader = () => Promise<Record<string, unknown>>
type Search = Record<string, unknown>

/** The router reads ?q=1999 as a number and ?q=true as a truth value. */
const isText = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value) && value !== ''

/** Search parameters that are text, when they are there. */
const texts =
  <Name extends string>(...names: Name[]) =>
  (given: Search): { [Key in Name]?: string } =>
    Object.fromEntries(names.filter((name) => isText(given[name])).map((name) => [name, String(given[name])])) as {
      [Key in Name]?: string
    }

const load = (loader: Loader, name: string) => lazyRouteComponent(loader as () => Promise<Record<string, never>>, name)
const child = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path })

const routes = [
  createRoute({
    ...child('/'),
    component: load(() => import('@/pages/home/HomePage'), 'HomePage'),
    validateSearch: recommendSearch,
  }),
  createRoute({
    ...child('/recommend'),
    component: load(() => import('@/pages/recommend/RecommendPage'), 'RecommendPage'),
    validateSearch: recommendSearch,
  }),
  createRoute({
    ...child('/search'),
    component: load(() => import('@/pages/search/SearchPage'), 'SearchPage'),
    validateSearch: texts('q', 'in'),
  }),
  createRoute({ ...child('/track/$id'), component: load(() => import('@/pages/track/TrackPage'), 'TrackPage') }),
  createRoute({ ...child('/artist/$id'), component: load(() => import('@/pages/artist/ArtistPage'), 'ArtistPage') }),
  createRoute({
    ...child('/liked'),
    component: load(() => import('@/pages/liked/LikedPage'), 'LikedPage'),
    validateSearch: texts('q', 'order'),
  }),
  createRoute({ ...child('/test'), component: load(() => import('@/pages/test/TestPage'), 'TestPage') }),
  createRoute({
    ...child('/report'),
    component: load(() => import('@/pages/report/ReportPage'), 'ReportPage'),
    validateSearch: reportSearch,
  }),
  createRoute({
    ...child('/report/card'),
    component: load(() => import('@/pages/report/CardPage'), 'CardPage'),
    validateSearch: reportSearch,
  }),
  createRoute({
    ...child('/shared/$token'),
    component: load(() => import('@/pages/report/SharedReportPage'), 'SharedReportPage'),
  }),
  createRoute({
    ...child('/playlists'),
    component: load(() => import('@/pages/playlists/PlaylistsPage'), 'PlaylistsPage'),
  }),
  createRoute({
    ...child('/playlists/$id'),
    component: load(() => import('@/pages/playlists/PlaylistPage'), 'PlaylistPage'),
  }),
  createRoute({
    ...child('/weekly'),
    component: load(() => import('@/pages/weekly/WeeklyPage'), 'WeeklyPage'),
    validateSearch: texts('list', 'week'),
  }),
  createRoute({ ...child('/history'), component: load(() => import('@/pages/history/HistoryPage'), 'HistoryPage') }),
  createRoute({ ...child('/profile'), component: load(() => import('@/pages/profile/ProfilePage'), 'ProfilePage') }),
  createRoute({
    ...child('/import'),
    component: load(() => import('@/pages/import/ImportPage'), 'ImportPage'),
    validateSearch: texts('of'),
  }),
  createRoute({
    ...child('/connect/spotify'),
    component: load(() => import('@/pages/connect/ConnectPage'), 'ConnectPage'),
    validateSearch: texts('code', 'state', 'error'),
  }),
  createRoute({
    ...child('/settings'),
    component: load(() => import('@/pages/settings/SettingsPage'), 'SettingsPage'),
  }),
  createRoute({
    ...child('/signup'),
    component: load(() => import('@/pages/account/SignUpPage'), 'SignUpPage'),
    validateSearch: texts('next'),
  }),
  createRoute({
    ...child('/signin'),
    component: load(() => import('@/pages/account/SignInPage'), 'SignInPage'),
    validateSearch: texts('next'),
  }),
  createRoute({
    ...child('/signin/provider'),
    component: load(() => import('@/pages/account/ProviderPage'), 'ProviderPage'),
    validateSearch: texts('code', 'state', 'error'),
  }),
  createRoute({ ...child('/forgot'), component: load(() => import('@/pages/account/ForgotPage'), 'ForgotPage') }),
  createRoute({
    ...child('/reset'),
    component: load(() => import('@/pages/account/ResetPage'), 'ResetPage'),
    validateSearch: texts('token'),
  }),
  createRoute({
    ...child('/verify'),
    component: load(() => import('@/pages/account/VerifyPage'), 'VerifyPage'),
    validateSearch: texts('token'),
  }),
  createRoute({
    ...child('/developers'),
    component: load(() => import('@/pages/developers/DevelopersPage'), 'DevelopersPage'),
  }),
  createRoute({ ...child('/admin'), component: load(() => import('@/pages/admin/AdminPage'), 'AdminPage') }),
  createRoute({ ...child('/guide'), component: load(() => import('@/pages/guide/GuidePage'), 'GuidePage') }),
  createRoute({
    ...child('/map'),
    component: load(() => import('@/pages/map/MapPage'), 'MapPage'),
    validateSearch: texts('at', 'as'),
  }),
  createRoute({ ...child('/dev/gallery'), component: load(() => import('@/dev/GalleryPage'), 'GalleryPage') }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
