import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { accessToken, onSession, sessionState } from '@/api/session'
import { startReplay } from '@/feedback/outbox'
import { nonce } from './nonce'
import { queryClient } from './queryClient'
import { router } from './router'
import { cssVariables, theme } from './theme'

export function App() {
  useEffect(watchSession, [])
  useEffect(startReplay, [])
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
      withStaticClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** Signs in again on load where a session is likely, and drops what belongs to somebody when the person changes. Until
 * it is known who that is, nobody's answers are kept: requests wait for the token, and those under way must go on. */
function watchSession(): () => void {
  let person = personOf()
  accessToken().catch(() => undefined) // the pages say it when nobody answers
  return onSession(() => {
    const now = personOf()
    if (now !== person && person !== 'unknown') queryClient.clear()
    person = now
  })
}

function personOf(): string {
  const state = sessionState()
  return state.kind === 'signed' ? state.user.id : state.kind
}
