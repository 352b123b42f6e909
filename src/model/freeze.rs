use super::change_kind::ChangeKind;
use super::diagnostic::Spanned;

/// A time without changes, in the days and hours of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Freeze {
    /// Its name, unique in the policy.
    pub name: Spanned<String>,
    /// The date and time of day when it begins, in milliseconds as if the zone were UTC.
    pub from_civil_ms: i64,
    /// When it is over, in the same way.
    pub to_civil_ms: i64,
    /// The IANA name of the time zone.
    pub zone: Spanned<String>,
    /// Where; everywhere, when left out.
    pub environments: Option<Vec<Spanned<String>>>,
    /// What goes in all the same.
    pub allow: Vec<ChangeKind>,
}

/// Time zones are known here from tables in the binary, so that no machine judges by older ones of its own.
#[cfg(feature = "delivery")]
impl Freeze {
    /// When it is, in epoch milliseconds: from the first moment up to, and without, the second. Nothing where the zone is
    /// not known.
    ///
    /// Where clocks are set back, a time of day comes twice: it begins with the first and ends with the second. Where they
    /// are set forward, one never comes: in its place is the moment that a clock shows which was not set, an hour later as
    /// a rule.
    pub fn window_ms(&self) -> Option<(i64, i64)> {
        let zone = jiff::tz::TimeZone::get(&self.zone.value).ok()?;
        let moment = |civil_ms: i64| {
            let utc = jiff::Timestamp::from_millisecond(civil_ms).ok()?;
            let civil = utc.to_zoned(jiff::tz::TimeZone::UTC).datetime();
            Some(zone.to_ambiguous_timestamp(civil))
        };
        // `compatible` takes the earlier of two, and the later where there is none.
        let from = moment(self.from_civil_ms)?.compatible().ok()?;
        let to = moment(self.to_civil_ms)?.later().ok()?;
        Some((from.as_millisecond(), to.as_millisecond()))
    }

    /// When it is over, as people say it there: `2027-01-02T08:00 in America/Toronto`.
    pub fn end(&self) -> String {
        let utc = jiff::Timestamp::from_millisecond(self.to_civil_ms).unwrap_or(jiff::Timestamp::MAX);
        let civil = utc.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let form = match civil.second() {
            0 => "%Y-%m-%dT%H:%M",
            _ => "%Y-%m-%dT%H:%M:%S",
        };
        format!("{} in {}", civil.strftime(form), self.zone.value)
    }
}

#[cfg(all(test, feature = "delivery"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::diagnostic::Place;

    /// The window in UTC of a freeze in a zone.
    fn window(zone: &str, from: &str, to: &str) -> Option<[String; 2]> {
        let civil = |text: &str| format!("{text}Z").parse::<jiff::Timestamp>().unwrap();
        let freeze = Freeze {
            name: Spanned::new("f".to_owned(), Place::default()),
            from_civil_ms: civil(from).as_millisecond(),
            to_civil_ms: civil(to).as_millisecond(),
            zone: Spanned::new(zone.to_owned(), Place::default()),
            environments: None,
            allow: Vec::new(),
        };
        let shown = |ms| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
        freeze.window_ms().map(|(from, to)| [shown(from), shown(to)])
    }

    #[test]
    fn a_freeze_is_in_the_hours_of_its_zone() {
        for (zone, from, to, expected) in [
            // Winter on both sides.
            (
                "America/Toronto",
                "2026-12-20T18:00:00",
                "2027-01-02T08:00:00",
                ["2026-12-20T23:00:00Z", "2027-01-02T13:00:00Z"],
            ),
            // From winter to summer, an hour less.
            (
                "Europe/Berlin",
                "2026-03-27T00:00:00",
                "2026-03-30T00:00:00",
                ["2026-03-26T23:00:00Z", "2026-03-29T22:00:00Z"],
            ),
            // A zone off by half an hour, with a change of half an hour.
            (
                "Australia/Lord_Howe",
                "2026-04-04T12:00:00",
                "2026-04-05T12:00:00",
                ["2026-04-04T01:00:00Z", "2026-04-05T01:30:00Z"],
            ),
            (
                "utc",
                "2026-01-01T00:00:00",
                "2026-01-02T00:00:00",
                ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
            ),
        ] {
            assert_eq!(
                window(zone, from, to),
                Some(expected.map(str::to_owned)),
                "{zone}"
            );
        }
    }

    #[test]
    fn an_hour_that_comes_twice_makes_the_freeze_longer() {
        // In Toronto the hour from 01:00 comes at 05:00Z and again at 06:00Z.
        let both = window("America/Toronto", "2026-11-01T01:30:00", "2026-11-01T01:45:00");
        assert_eq!(
            both,
            Some(["2026-11-01T05:30:00Z", "2026-11-01T06:45:00Z"].map(str::to_owned))
        );
    }

    #[test]
    fn an_hour_that_never_comes_is_an_hour_later() {
        // In Toronto 02:00 is 03:00 at 07:00Z.
        let gap = window("America/Toronto", "2026-03-08T02:30:00", "2026-03-08T04:00:00");
        assert_eq!(
            gap,
            Some(["2026-03-08T07:30:00Z", "2026-03-08T08:00:00Z"].map(str::to_owned))
        );
        let gap = window("America/Toronto", "2026-03-08T01:00:00", "2026-03-08T02:30:00");
        assert_eq!(
            gap,
            Some(["2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z"].map(str::to_owned))
        );
    }

    #[test]
    fn what_is_no_zone_has_no_window() {
        for zone in [
            "",
            "Toronto",
            "America/Torronto",
            "../../etc/passwd",
            "EST5EDT,M3.2.0,M11.1.0",
        ] {
            assert_eq!(
                window(zone, "2026-01-01T00:00:00", "2026-01-02T00:00:00"),
                None,
                "{zone}"
            );
        }
    }
}
