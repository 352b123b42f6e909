use std::str::FromStr;
use tidegate::delivery::exposure::{LoggedKind, LoggedMetric};
use tidegate::delivery::stats::Direction;

/// A metric as it is asked for: `failed-order`, `revenue:mean:decrease`, `revenue/visit`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Metric {
    pub(super) logged: LoggedMetric,
    /// The direction that is bad.
    pub(super) harm: Option<Direction>,
}

impl FromStr for Metric {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut name = text;
        let harm = [
            ("increase", Direction::Increase),
            ("decrease", Direction::Decrease),
        ]
        .into_iter()
        .find_map(|(word, harm)| {
            name = name.strip_suffix(word)?.strip_suffix(':')?;
            Some(harm)
        });
        let (name, is_mean) = match (name.strip_suffix(":mean"), name.strip_suffix(":proportion")) {
            (Some(name), _) => (name, true),
            (None, Some(name)) => (name, false),
            (None, None) => (name, false),
        };
        let event = |name: &str| match name {
            "" => Err("expected the name of an event".to_owned()),
            name => Ok(name.to_owned()),
        };
        let kind = match name.split_once('/') {
            Some(_) if is_mean => return Err("a ratio is no mean".to_owned()),
            Some((numerator, denominator)) => LoggedKind::Ratio {
                numerator: event(numerator)?,
                denominator: event(denominator)?,
            },
            None if is_mean => LoggedKind::Mean { event: event(name)? },
            None => LoggedKind::Proportion { event: event(name)? },
        };
        let name = name.to_owned();
        Ok(Self {
            logged: LoggedMetric { name, kind },
            harm,
        })
    }
}

/// What the numbers of a metric are.
pub(super) fn type_name(kind: &LoggedKind) -> &'static str {
    match kind {
        LoggedKind::Proportion { .. } => "proportion",
        LoggedKind::Mean { .. } => "mean",
        LoggedKind::Ratio { .. } => "ratio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Result<(String, &'static str, Option<Direction>), String> {
        let Metric { logged, harm } = text.parse()?;
        Ok((logged.name, type_name(&logged.kind), harm))
    }

    #[test]
    fn metrics_are_named_with_their_type_and_what_is_bad() {
        let good = |text: &str| said(text).unwrap();
        assert_eq!(good("failed"), ("failed".into(), "proportion", None));
        assert_eq!(
            good("failed:increase"),
            ("failed".into(), "proportion", Some(Direction::Increase))
        );
        assert_eq!(good("failed:proportion"), ("failed".into(), "proportion", None));
        assert_eq!(
            good("a:b:mean:decrease"),
            ("a:b".into(), "mean", Some(Direction::Decrease))
        );
        assert_eq!(
            good("revenue/visit:decrease"),
            ("revenue/visit".into(), "ratio", Some(Direction::Decrease))
        );
        for wrong in ["", ":mean", "/visit", "revenue/", "a/b:mean", ":increase"] {
            assert!(said(wrong).is_err(), "{wrong}");
        }
    }
}
