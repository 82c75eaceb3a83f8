import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { Switch } from '@/components/switch/Switch'
import { showToast } from '@/components/toast/toasts'

const KEY = ['subscription']

export function MailSection() {
  const queries = useQueryClient()
  const found = useQuery({ queryKey: KEY, queryFn: () => data(api.GET('/v1/me/report/subscription')) })
  const change = useMutation({
    mutationFn: (monthly: boolean) => data(api.PUT('/v1/me/report/subscription', { body: { monthly } })),
    onSuccess: (subscription) => queries.setQueryData(KEY, subscription),
    onError: (error) => showToast({ text: `Nothing changed. ${asProblem(error).message}` }),
  })
  return (
    <Section id="mail" title="Mail">
      {found.error ? <Failure error={found.error} retry={() => found.refetch()} /> : null}
      <Switch
        label="Monthly report"
        hint="On the first of a month with at least five new likes. Every mail has a link that ends it."
        checked={change.isPending ? change.variables : (found.data?.monthly ?? false)}
        disabled={!found.data}
        onChange={change.mutate}
      />
    </Section>
  )
}
