use super::metric::type_name;
use super::text::INTERVAL;
use super::{Findings, text};
use crate::clock;
use crate::output::page::{Page, escaped};
use plotters::prelude::*;
use std::fmt::Write;
use tidegate::delivery::analyze::Interval;

const STYLE: &str = include_str!("html/analysis.css");

/// What eight columns need.
const NARROW_PIXELS: usize = 704;

/// Pixels of a plot.
const SIZE: (u32, u32) = (900, 320);
const BAND: RGBColor = RGBColor(31, 111, 235);
const ZERO: RGBColor = RGBColor(110, 119, 129);

/// A page with all findings, in one file that loads nothing.
pub(super) fn page(findings: &Findings<'_>) -> String {
    let mut body = format!("<h1>{}</h1>\n", escaped(&findings.question.flag));
    if let Some(period) = text::period(findings) {
        let _ = writeln!(body, "<p class=\"soft\">{}</p>", escaped(&period));
    }
    body.push_str(&table("Units of each side", &text::sides(findings)));
    let class = match findings.analysis.sample_ratio.is_mismatch {
        true => " class=\"wrong\"",
        false => "",
    };
    let _ = writeln!(body, "<p{class}>{}</p>", escaped(&text::sample_ratio(findings)));
    for (metric, asked) in findings.analysis.metrics.iter().zip(&findings.question.metrics) {
        let _ = writeln!(body, "<h2>{}</h2>", escaped(&metric.name));
        let caption = format!("The {} of each side", type_name(&asked.kind));
        body.push_str(&table(&caption, &text::estimates(findings, metric, &asked.kind)));
        for (side, estimate) in findings.analysis.sides.iter().zip(&metric.sides) {
            if let Some(difference) = &estimate.difference {
                let shown = |value: f64| text::signed(value, &asked.kind);
                let plot = plot(&difference.looks, &findings.analysis.looks_ms, &shown);
                body.push_str(&figure(&side.variant, &difference.looks, &shown, &plot));
            }
        }
    }
    for segment in &findings.analysis.segments {
        let name = findings.question.segment.as_deref().unwrap_or_default();
        let value = segment.value.as_deref().unwrap_or("(none)");
        let _ = writeln!(body, "<h2>{}: {}</h2>", escaped(name), escaped(value));
        let caption = "All metrics in this segment";
        body.push_str(&table(caption, &text::segment_rows(findings, segment)));
    }
    if let Some(told) = text::no_segments(findings) {
        let _ = writeln!(body, "<p>{}</p>", escaped(&told));
    }
    let _ = writeln!(body, "<p>{}</p>", escaped(&text::lines(&findings.joined.lines)));
    for bad in &findings.joined.bad {
        let _ = writeln!(body, "<p class=\"wrong\">{}</p>", escaped(&bad.to_string()));
    }
    let page = Page {
        title: &findings.question.flag,
        style: STYLE,
        narrow_pixels: NARROW_PIXELS,
        body: &body,
        script: None,
    };
    page.html()
}

/// The first row has the headings, and an interval stands below what it is of. Roles are said again, since cards are no
/// table to a browser.
fn table(caption: &str, rows: &[Vec<String>]) -> String {
    let Some((headings, rows)) = rows.split_first() else {
        return String::new();
    };
    let mut text = format!(
        "<table role=\"table\">\n<caption>{}</caption>\n<thead role=\"rowgroup\">\n<tr role=\"row\">",
        escaped(caption)
    );
    let columns = columns(headings);
    for (heading, _, interval) in &columns {
        let more = interval.map_or("", |_| ", with its interval");
        let _ = write!(
            text,
            "<th role=\"columnheader\" scope=\"col\">{}{more}</th>",
            escaped(heading)
        );
    }
    text.push_str("</tr>\n</thead>\n<tbody role=\"rowgroup\">\n");
    for row in rows {
        text.push_str("<tr role=\"row\">");
        for (heading, column, interval) in &columns {
            let shown = |column: usize| row.get(column).map(|field| escaped(field)).unwrap_or_default();
            let _ = match column {
                0 => write!(text, "<th role=\"rowheader\" scope=\"row\">{}", shown(*column)),
                _ => write!(
                    text,
                    "<td role=\"cell\" data-heading=\"{}\">{}",
                    escaped(heading),
                    shown(*column)
                ),
            };
            if let Some(interval) = interval.map(shown).filter(|shown| !shown.is_empty()) {
                let _ = write!(text, " <span class=\"soft\">{interval}</span>");
            }
            text.push_str(if *column == 0 { "</th>" } else { "</td>" });
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table>\n");
    text
}

/// Each heading with its column, and that of its interval where it has one.
fn columns(headings: &[String]) -> Vec<(&str, usize, Option<usize>)> {
    let numbered = headings.iter().map(String::as_str).enumerate();
    let own = numbered.filter(|(_, heading)| *heading != INTERVAL);
    let columns = own.map(|(number, heading)| {
        let next = number.saturating_add(1);
        let interval = headings.get(next).is_some_and(|heading| heading == INTERVAL);
        (heading, number, interval.then_some(next))
    });
    columns.collect()
}

/// A plot and what it shows, in words for those who do not see it.
fn figure(variant: &str, looks: &[Option<Interval>], shown: &dyn Fn(f64) -> String, plot: &str) -> String {
    let name = escaped(variant);
    let last = looks.last().and_then(Option::as_ref).map(|last| {
        let (value, low, high) = (shown(last.value), shown(last.low), shown(last.high));
        format!("; at the last look {value}, between {low} and {high}")
    });
    let caption = format!("{name}: difference at each look, and where it lies at all of them");
    let label = format!("{caption}{}", escaped(&last.unwrap_or_default()));
    let plot = plot.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{label}\" "), 1);
    format!("<figure>\n<figcaption>{caption}</figcaption>\n{plot}</figure>\n")
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
        // Half of the last date stands behind the last look.
        .margin_right(80)
        .x_label_area_size(32)
        .y_label_area_size(88)
        .build_cartesian_2d(first..last, low..high)
        .ok()?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(5)
        .x_label_formatter(&|moment_ms| clock::day(*moment_ms as i64))
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
