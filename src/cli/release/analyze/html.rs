use super::{Findings, text};
use crate::clock;
use crate::output::page::{Page, escaped};
use plotters::prelude::*;
use std::fmt::Write;
use tidegate::delivery::analyze::Interval;

/// Plots are drawn in black on nothing, which has no contrast in the dark.
const STYLE: &str = "
body {
  max-width: 62rem;
  margin: 0 auto;
}

td,
th {
  padding: 0.2rem 0.8rem 0.2rem 0;
  border-bottom: 1px solid var(--line);
}

svg {
  width: 100%;
  height: auto;
}

svg text {
  fill: var(--ink-soft);
}

svg polyline[stroke=\"#000000\"] {
  stroke: var(--line-strong);
}
";

/// Pixels of a plot.
const SIZE: (u32, u32) = (900, 320);
const BAND: RGBColor = RGBColor(31, 111, 235);
const ZERO: RGBColor = RGBColor(110, 119, 129);

/// A page with all findings, in one file that loads nothing.
pub(super) fn page(findings: &Findings<'_>) -> String {
    let flag = escaped(&findings.question.flag);
    let mut body = format!(
        "<h1>{flag}</h1>\n<p>{flag}{}</p>\n",
        escaped(&text::period(findings))
    );
    body.push_str(&table(&text::sides(findings)));
    let class = match findings.analysis.sample_ratio.is_mismatch {
        true => " class=\"wrong\"",
        false => "",
    };
    let _ = writeln!(body, "<p{class}>{}</p>", escaped(&text::sample_ratio(findings)));
    for (metric, asked) in findings.analysis.metrics.iter().zip(&findings.question.metrics) {
        let _ = writeln!(body, "<h2>{}</h2>", escaped(&metric.name));
        body.push_str(&table(&text::estimates(findings, metric, &asked.kind)));
        for (side, estimate) in findings.analysis.sides.iter().zip(&metric.sides) {
            if let Some(difference) = &estimate.difference {
                let shown = |value: f64| text::signed(value, &asked.kind);
                let plot = plot(&difference.looks, &findings.analysis.looks_ms, &shown);
                let name = escaped(&side.variant);
                let _ = writeln!(
                    body,
                    "<p>{name}: difference over the looks, and where it lies at all of them</p>\n{plot}"
                );
            }
        }
    }
    for segment in &findings.analysis.segments {
        let name = findings.question.segment.as_deref().unwrap_or_default();
        let value = segment.value.as_deref().unwrap_or("(none)");
        let _ = writeln!(body, "<h2>{}: {}</h2>", escaped(name), escaped(value));
        body.push_str(&table(&text::segment_rows(findings, segment)));
    }
    let _ = writeln!(body, "<p>{}</p>", escaped(&text::lines(&findings.joined.lines)));
    for bad in &findings.joined.bad {
        let _ = writeln!(body, "<p class=\"wrong\">{}</p>", escaped(&bad.to_string()));
    }
    let page = Page {
        title: &findings.question.flag,
        style: STYLE.into(),
        body: &body,
        script: None,
    };
    page.html()
}

/// The first row has the headings.
fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::from("<table>\n");
    for (number, row) in rows.iter().enumerate() {
        let cell = if number == 0 { "th" } else { "td" };
        text.push_str("<tr>");
        for field in row {
            let _ = write!(text, "<{cell}>{}</{cell}>", escaped(field));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</table>\n");
    text
}

/// The band of intervals with the estimates in it; nothing where there is none to draw.
fn plot(looks: &[Option<Interval>], looks_ms: &[i64], shown: &dyn Fn(f64) -> String) -> String {
    let points: Vec<(f64, Interval)> = looks_ms
        .iter()
        .zip(looks)
        .filter_map(|(look_ms, interval)| Some((*look_ms as f64, (*interval)?)))
        .collect();
    let mut drawn = String::new();
    match draw(&points, shown, &mut drawn) {
        Some(()) => drawn,
        None => String::new(),
    }
}

fn draw(points: &[(f64, Interval)], shown: &dyn Fn(f64) -> String, into: &mut String) -> Option<()> {
    let (first, last) = (points.first()?.0, points.last()?.0);
    // Early intervals are wide: the scale is that of the later half.
    let later = points.get(points.len() / 2..)?;
    let (low, high) = later
        .iter()
        .fold((0.0_f64, 0.0_f64), |(low, high), (_, interval)| {
            (low.min(interval.low), high.max(interval.high))
        });
    if first >= last || low >= high || !(high - low).is_finite() {
        return None;
    }
    let margin = (high - low) * 0.05;
    let (low, high) = (low - margin, high + margin);
    let within = |value: f64| value.clamp(low, high);
    let area = SVGBackend::with_string(into, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .x_label_area_size(28)
        .y_label_area_size(72)
        .build_cartesian_2d(first..last, low..high)
        .ok()?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(6)
        .x_label_formatter(&|moment_ms| day(*moment_ms))
        .y_label_formatter(&|value| shown(*value))
        .draw()
        .ok()?;
    let upper = points.iter().map(|(at, interval)| (*at, within(interval.high)));
    let lower = points
        .iter()
        .rev()
        .map(|(at, interval)| (*at, within(interval.low)));
    let band = Polygon::new(upper.chain(lower).collect::<Vec<_>>(), BAND.mix(0.18));
    chart.draw_series([band]).ok()?;
    chart
        .draw_series(LineSeries::new([(first, 0.0), (last, 0.0)], &ZERO))
        .ok()?;
    let estimates = points.iter().map(|(at, interval)| (*at, within(interval.value)));
    chart
        .draw_series(LineSeries::new(estimates.clone(), BAND.stroke_width(2)))
        .ok()?;
    chart
        .draw_series(estimates.map(|point| Circle::new(point, 3, BAND.filled())))
        .ok()?;
    area.present().ok()
}

/// The date of a moment.
fn day(moment_ms: f64) -> String {
    let written = clock::written(moment_ms as i64);
    written.split('T').next().unwrap_or_default().to_owned()
}
