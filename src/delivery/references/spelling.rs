/// Words, put together.
type Form = fn(&[String]) -> String;

/// A name with one of `{camelCase}` and the like in it, spelt for a key.
pub(super) fn spelt(pattern: &str, key: &str) -> String {
    let forms: [(&str, Form); 5] = [
        ("{camelCase}", camel),
        ("{PascalCase}", pascal),
        ("{snake_case}", |words| lower(words).join("_")),
        ("{SCREAMING_SNAKE_CASE}", |words| upper(words).join("_")),
        ("{kebab-case}", |words| lower(words).join("-")),
    ];
    let written = forms.iter().find(|(place, _)| pattern.contains(place));
    match written {
        Some((place, spell)) => pattern.replacen(place, &spell(&words(key)), 1),
        None => pattern.replacen("{key}", key, 1),
    }
}

/// The words of a key: parted by `.`, `_` and `-`, and where small letters meet capital ones.
fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    let mut characters = key.chars().peekable();
    while let Some(character) = characters.next() {
        if matches!(character, '.' | '_' | '-') {
            before = None;
            continue;
        }
        let after_small = before.is_some_and(|before| !before.is_ascii_uppercase());
        let last_capital = characters.peek().is_some_and(char::is_ascii_lowercase);
        let begins = before.is_none() || (character.is_ascii_uppercase() && (after_small || last_capital));
        match words.last_mut() {
            Some(word) if !begins => word.push(character),
            _ => words.push(character.to_string()),
        }
        before = Some(character);
    }
    words
}

fn lower(words: &[String]) -> Vec<String> {
    words.iter().map(|word| word.to_ascii_lowercase()).collect()
}

fn upper(words: &[String]) -> Vec<String> {
    words.iter().map(|word| word.to_ascii_uppercase()).collect()
}

fn pascal(words: &[String]) -> String {
    words.iter().map(|word| capital(word)).collect()
}

fn camel(words: &[String]) -> String {
    let (first, rest) = words.split_at(words.len().min(1));
    lower(first).concat() + &pascal(rest)
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first
        .into_iter()
        .chain(characters.map(|character| character.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_spelt_in_every_form() {
        let forms = [
            "{camelCase}",
            "F.{PascalCase}",
            "{snake_case}!",
            "FLAG_{SCREAMING_SNAKE_CASE}",
            "{kebab-case}",
            ":{key}",
        ];
        for (key, expected) in [
            (
                "one-page.checkout_v2",
                [
                    "onePageCheckoutV2",
                    "F.OnePageCheckoutV2",
                    "one_page_checkout_v2!",
                    "FLAG_ONE_PAGE_CHECKOUT_V2",
                    "one-page-checkout-v2",
                    ":one-page.checkout_v2",
                ],
            ),
            (
                "newHTTPServer",
                [
                    "newHttpServer",
                    "F.NewHttpServer",
                    "new_http_server!",
                    "FLAG_NEW_HTTP_SERVER",
                    "new-http-server",
                    ":newHTTPServer",
                ],
            ),
            ("-", ["", "F.", "!", "FLAG_", "", ":-"]),
        ] {
            assert_eq!(forms.map(|form| spelt(form, key)), expected.map(str::to_owned));
        }
    }
}
