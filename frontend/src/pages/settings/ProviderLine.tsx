import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { Button } from '@/components/button/Button'
import { Line } from '@/components/lines-list/Lines'
import { leaveForProvider } from '@/pages/account/provider'

const identityQuery = {
  queryKey: ['account', 'identity'],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET('/v1/me/oidc', { signal })),
}

/** Connects the account to the provider that this server signs people in with; nothing where it has none. */
export function ProviderLine() {
  const client = useQueryClient()
  const { data: identity } = useQuery(identityQuery)
  const connect = useMutation({ mutationFn: () => leaveForProvider(true, '/settings') })
  const disconnect = useMutation({
    mutationFn: () => data(api.DELETE('/v1/me/oidc')),
    onSuccess: () => client.invalidateQueries({ queryKey: identityQuery.queryKey }),
  })
  if (!identity?.provider) return null
  const failed = connect.error ?? disconnect.error
  const known = identity.connected
    ? 'Signs you in here. Set a password by “Forgot the password?” before you disconnect it'
    : 'Not connected: you sign in with mail address and password'
  return (
    <Line
      title={identity.provider}
      detail={failed ? asProblem(failed).message : known}
      action={
        <Button
          kind="plain"
          busy={connect.isPending || disconnect.isPending}
          onClick={() => (identity.connected ? disconnect : connect).mutate()}
        >
          {identity.connected ? 'Disconnect' : 'Connect'}
        </Button>
      }
    />
  )
}
