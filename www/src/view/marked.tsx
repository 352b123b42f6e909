/** A text of the studio: what stands between backticks is code. */
export function Marked({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, at) => (at % 2 > 0 ? <code key={`${at} ${part}`}>{part}</code> : part))}</>
  )
}
