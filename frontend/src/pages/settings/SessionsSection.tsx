import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { Badge } from '@/components/badge/Badge'
import { Button } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Line, Lines } from '@/components/lines-list/Lines'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { ago, dayOf } from '@/words/dates'

const KEY = ['sessions']
const end = (id: string) => api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } })

/** Where the person is signed in. */
export function SessionsSection() {
  const queries = useQueryClient()
  const found = useQuery({ queryKey: KEY, queryFn: () => data(api.GET('/v1/me/sessions')) })
  const others = found.data?.items.filter((session) => !session.current) ?? []
  const ending = useMutation({
    mutationFn: (ids: string[]) => Promise.all(ids.map(end)),
    onSuccess: () => showToast({ text: 'Signed out there.' }),
    onError: (error) => showToast({ text: asProblem(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  })
  const all =
    others.length > 1 ? (
      <Button kind="plain" busy={ending.isPending} onClick={() => ending.mutate(others.map(({ id }) => id))}>
        Sign out the others
      </Button>
    ) : undefined
  return (
    <Section id="sessions" title="Sessions" action={all}>
      {found.error ? <Failure error={found.error} retry={() => found.refetch()} /> : null}
      <Lines>
        {found.data?.items.map((session) => (
          <Line
            key={session.id}
            title={
              session.current ? (
                <>
                  A browser <Badge flat>this one</Badge>
                </>
              ) : (
                'Another place'
              )
            }
            detail={`since ${dayOf(session.created_at)}, active ${session.current ? 'now' : ago(session.last_used_at)}`}
            action={
              session.current ? undefined : (
                <Button kind="plain" onClick={() => ending.mutate([session.id])}>
                  Sign out
                </Button>
              )
            }
          />
        ))}
      </Lines>
    </Section>
  )
}
