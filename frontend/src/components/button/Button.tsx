import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './Button.module.css'

/** solid: the one action of a view. outline: the others. plain: at the end of a line. danger: cannot be undone. */
export type ButtonKind = 'solid' | 'outline' | 'plain' | 'danger'

interface Look {
  kind?: ButtonKind
  icon?: ReactNode
}

const look = (kind: ButtonKind, extra = '') => [styles.button, styles[kind], extra].join(' ')

interface Props extends ButtonHTMLAttributes<HTMLButtonElement>, Look {
  /** Waiting for an answer: the label keeps its width, further presses do nothing. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'outline', icon, busy, children, className, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={look(kind, `${busy ? styles.busy : ''} ${className ?? ''}`)}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {icon}
      {children}
    </button>
  )
}

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement>, Look {
  ref?: Ref<HTMLAnchorElement>
}

function Anchor({ kind = 'outline', icon, children, className, ...rest }: AnchorProps) {
  return (
    <a {...rest} data-kind={kind} className={look(kind, className)}>
      {icon}
      {children}
    </a>
  )
}

/** A link that looks like a button and knows the app's routes. */
export const ButtonLink = createLink(Anchor)
/** The same to an address outside the app, or to a file. */
export const ButtonAnchor = Anchor
