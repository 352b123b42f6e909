/**
 * The least contrast of each class of text on a page, by WCAG 2; run inside of the page.
 *
 * Backgrounds are those that are painted behind the text, as far as they are of one colour.
 */
export function contrasts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  /** Any CSS colour as red, green, blue and opacity. */
  function channels(color) {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  function luminance([red, green, blue]) {
    const [r, g, b] = [red, green, blue].map((channel) => {
      const part = channel / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  function behind(element) {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor)
      if (color[3] === 255) return color
    }
    // What nobody paints is white, on paper as well.
    return [255, 255, 255, 255]
  }
  const found = new Map()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    if (texts.currentNode.textContent.trim() === '' || !element.checkVisibility()) continue
    if (['SCRIPT', 'STYLE'].includes(element.tagName)) continue
    const color = channels(getComputedStyle(element).color)
    const [one, other] = [luminance(color), luminance(behind(element))]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    const what = `${element.tagName.toLowerCase()}.${element.className}`
    if (!(found.get(what) <= contrast)) found.set(what, contrast)
  }
  return [...found].map(([what, contrast]) => ({ what, contrast }))
}
