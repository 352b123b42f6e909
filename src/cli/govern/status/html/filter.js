const form = document.querySelector('form')
const [find, state] = form.querySelectorAll('input, select')
const told = form.querySelector('output')
const rows = [...document.querySelectorAll('tbody tr')].map((row) => ({
  row,
  text: row.textContent.toLowerCase(),
  is: row.dataset.is.split(' '),
}))

function filter() {
  const words = find.value.toLowerCase().split(/\s+/)
  let shown = 0
  for (const { row, text, is } of rows) {
    const fits =
      words.every((word) => text.includes(word)) && (state.value === '' || is.includes(state.value))
    row.hidden = !fits
    shown += fits
  }
  told.textContent = shown === rows.length ? '' : `${shown} of ${rows.length} flags`
}

form.hidden = rows.length === 0
form.addEventListener('input', filter)
form.addEventListener('submit', (event) => event.preventDefault())
filter()
