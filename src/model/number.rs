//! Numbers as they were written, so that decimals stay exact.

/// The largest whole number that every host holds exactly: 2^53 - 1.
pub(super) const LARGEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// A number of the YAML 1.2 core schema, kept as its source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    text: String,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Integer,
    Radix(u32),
    Decimal,
    NotFinite,
}

impl Number {
    /// Reads a plain scalar, or says that it is not a number.
    pub(super) fn parse(plain: &str) -> Option<Self> {
        let form = form(plain)?;
        Some(Self {
            text: plain.to_owned(),
            form,
        })
    }

    /// The source text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The value as every host sees it; nothing for infinities, NaN and what is too large.
    pub(super) fn value(&self) -> Option<f64> {
        self.decimal()?
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite())
    }

    /// The value where it is whole and at most 2^53 - 1 either way.
    pub(super) fn whole(&self) -> Option<i64> {
        let value = self.value()?;
        // The cast is exact: the value is whole and below 2^53.
        (value.fract() == 0.0 && value.abs() <= LARGEST_WHOLE).then_some(value as i64)
    }

    /// Is it written as a whole number that hosts with 64-bit floats cannot hold exactly?
    pub(super) fn is_inexact(&self) -> bool {
        matches!(self.form, Form::Integer | Form::Radix(_)) && self.whole().is_none()
    }

    /// Does it start with a zero that would be lost, or is it written in another base?
    pub(super) fn looks_like_a_code(&self) -> bool {
        let digits = self.text.trim_start_matches(['-', '+']);
        let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        self.form == Form::Integer && (padded || self.text.starts_with('+'))
            || matches!(self.form, Form::Radix(_))
    }

    /// The number as JSON writes it.
    pub(super) fn json(&self) -> Option<serde_json::Number> {
        serde_json::from_str(&self.decimal()?).ok()
    }

    /// The digits before and after the point, without leading and trailing zeros; nothing for any other notation.
    pub(super) fn plain_decimal(&self) -> Option<(bool, &str, &str)> {
        let negative = self.text.starts_with('-');
        let digits = self.text.trim_start_matches(['-', '+']);
        if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return None;
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        Some((
            negative,
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        ))
    }

    /// The value in JSON's own notation.
    fn decimal(&self) -> Option<String> {
        match self.form {
            Form::NotFinite => None,
            Form::Radix(radix) => u128::from_str_radix(self.text.get(2..)?, radix)
                .ok()
                .map(|value| value.to_string()),
            Form::Integer | Form::Decimal => {
                let sign = if self.text.starts_with('-') { "-" } else { "" };
                let digits = self.text.trim_start_matches(['-', '+']);
                let (mantissa, exponent) = match digits.find(['e', 'E']) {
                    Some(at) => digits.split_at(at),
                    None => (digits, ""),
                };
                let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
                let whole = whole.trim_start_matches('0');
                let whole = if whole.is_empty() { "0" } else { whole };
                let point = if fraction.is_empty() { "" } else { "." };
                Some(format!("{sign}{whole}{point}{fraction}{exponent}"))
            }
        }
    }
}

fn form(plain: &str) -> Option<Form> {
    if let Some(digits) = plain.strip_prefix("0x") {
        return all(digits, |byte| byte.is_ascii_hexdigit()).then_some(Form::Radix(16));
    }
    if let Some(digits) = plain.strip_prefix("0o") {
        return all(digits, |byte| matches!(byte, b'0'..=b'7')).then_some(Form::Radix(8));
    }
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(plain, ".nan" | ".NaN" | ".NAN") {
        return Some(Form::NotFinite);
    }
    let digits = |part: &str| all(part, |byte| byte.is_ascii_digit());
    if digits(unsigned) {
        return Some(Form::Integer);
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok =
        exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    (mantissa_ok && exponent_ok).then_some(Form::Decimal)
}

fn all(text: &str, test: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(test)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn words_and_versions_are_not_numbers() {
        for text in [
            "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "0x", "0o8", "0b1", "1_000", "inf", "nan", "--1",
            "-0x1", "-.nan", "٣",
        ] {
            assert_eq!(Number::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_notation_of_the_core_schema_has_its_value() {
        for (text, value) in [
            ("0", 0.0),
            ("-0", 0.0),
            ("007", 7.0),
            ("+12", 12.0),
            ("0x1F", 31.0),
            ("0o17", 15.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1.25e2", -125.0),
            ("1E-2", 0.01),
        ] {
            assert_eq!(Number::parse(text).unwrap().value(), Some(value), "{text:?}");
        }
    }

    #[test]
    fn infinities_and_overflow_have_no_value() {
        for text in [".inf", "-.INF", ".NaN", "1e400"] {
            let number = Number::parse(text).unwrap();
            assert_eq!((number.value(), number.json()), (None, None), "{text:?}");
        }
    }

    #[test]
    fn whole_numbers_stop_where_floats_stop_being_exact() {
        assert_eq!(
            Number::parse("9007199254740991").unwrap().whole(),
            Some(9_007_199_254_740_991)
        );
        assert_eq!(Number::parse("9007199254740992").unwrap().whole(), None);
        assert!(Number::parse("9007199254740993").unwrap().is_inexact());
        assert_eq!(Number::parse("1.0").unwrap().whole(), Some(1));
        assert_eq!(Number::parse("1.5").unwrap().whole(), None);
    }

    #[test]
    fn zeros_that_mean_nothing_are_dropped_and_others_kept() {
        assert_eq!(
            Number::parse("012.500").unwrap().plain_decimal(),
            Some((false, "12", "5"))
        );
        assert_eq!(
            Number::parse("-0.0005").unwrap().plain_decimal(),
            Some((true, "", "0005"))
        );
        assert_eq!(Number::parse("1e2").unwrap().plain_decimal(), None);
    }
}
