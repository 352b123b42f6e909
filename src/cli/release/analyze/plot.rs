use std::fmt::Write;
use tidegate::delivery::analyze::Interval;

/// Rows of a plot.
const ROWS: usize = 11;
/// Columns of a plot, at most.
const COLUMNS: usize = 72;

/// The difference from the control over the looks: a bar for each interval, a dot for what is estimated, a line at 0.
///
/// Early intervals are wide: the scale is that of the later half, and what is beyond it is cut off.
pub(super) fn of(name: &str, looks: &[Option<Interval>], shown: &dyn Fn(f64) -> String) -> String {
    let later = looks.get(looks.len() / 2..).unwrap_or_default();
    let Some((low, high)) = scale(later) else {
        return String::new();
    };
    let step = (high - low) / (ROWS - 1) as f64;
    let row_of = |value: f64| ((high - value) / step).round();
    let wide = if looks.len() * 2 <= COLUMNS { 2 } else { 1 };
    let every = (looks.len() * wide).div_ceil(COLUMNS).max(1);
    // The last look is always one of them.
    let chosen: Vec<_> = looks.iter().rev().step_by(every).rev().collect();
    let mut text = format!("\n  {name}: difference over the looks\n");
    let zero = row_of(0.0);
    let labels: Vec<String> = (0..ROWS)
        .map(|row| label(row, zero, high - row as f64 * step, shown))
        .collect();
    let margin = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0);
    for (row, label) in labels.iter().enumerate() {
        let row = row as f64;
        let axis = if row == zero { '┼' } else { '│' };
        let between = if row == zero { '─' } else { ' ' };
        let _ = write!(text, "  {label:>margin$} {axis}{between}");
        for look in &chosen {
            let mark = match look {
                Some(Interval { value, .. }) if row_of(*value) == row => '●',
                Some(Interval { low, high, .. }) if row >= row_of(*high) && row <= row_of(*low) => '│',
                _ if row == zero => '─',
                _ => ' ',
            };
            text.push(mark);
            if wide == 2 {
                text.push(between);
            }
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    text
}

/// The values at the ends of the axis and at 0.
fn label(row: usize, zero: f64, value: f64, shown: &dyn Fn(f64) -> String) -> String {
    match row {
        _ if row as f64 == zero => "0".to_owned(),
        0 => shown(value),
        _ if row == ROWS - 1 => shown(value),
        _ => String::new(),
    }
}

/// From the lowest to the highest end of some intervals, 0 included.
fn scale(looks: &[Option<Interval>]) -> Option<(f64, f64)> {
    let mut found = looks.iter().flatten().peekable();
    found.peek()?;
    let (low, high) = found.fold((0.0_f64, 0.0_f64), |(low, high), interval| {
        (low.min(interval.low), high.max(interval.high))
    });
    (high > low && (high - low).is_finite()).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_close_in_on_what_is_estimated() {
        let looks: Vec<Option<Interval>> = (0..6)
            .map(|look| {
                let radius = 12.0 / f64::from(1 << look);
                (look > 0).then_some(Interval {
                    value: 1.0,
                    low: 1.0 - radius,
                    high: 1.0 + radius,
                })
            })
            .collect();
        let plot = of("one-page", &looks, &|value| format!("{value:.1}"));
        let expected = "
  one-page: difference over the looks
   2.5 │   │ │ │
       │   │ │ │
       │   │ │ │
       │   │ │ │ │
       │   │ │ │ │ │
       │   ● ● ● ● ●
       │   │ │ │ │ │
       │   │ │ │ │
     0 ┼───│─│─│─│───
       │   │ │ │
  -0.5 │   │ │ │
";
        assert_eq!(plot, expected);
        assert_eq!(of("nothing", &[None, None], &|value| value.to_string()), "");
    }
}
