use super::Percent;

/// A share in percent as people write it in a flag's file, with as many decimals as it has: 12500 is `12.5`.
pub(crate) fn percent_number(share: Percent) -> String {
    let text = format!("{}.{:03}", share / 1_000, share % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
