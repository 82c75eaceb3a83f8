import { useMutation, useQuery } from '@tanstack/react-query'
import { asProblem } from '@/api/problem'
import { Banner } from '@/components/banner/Banner'
import { Button } from '@/components/button/Button'
import { destination } from './after'
import { leaveForProvider, waysQuery } from './provider'

/** Leads to the provider that this server signs people in with; nothing where it has none. */
export function ProviderButton({ next }: { next: string | undefined }) {
  const { data: ways } = useQuery(waysQuery)
  const leave = useMutation({ mutationFn: () => leaveForProvider(false, destination(next)) })
  if (!ways?.provider) return null
  return (
    <>
      {leave.error ? <Banner kind="bad" title={`${asProblem(leave.error).message}.`} /> : null}
      <Button busy={leave.isPending || leave.isSuccess} onClick={() => leave.mutate()}>
        Continue with {ways.provider}
      </Button>
    </>
  )
}
