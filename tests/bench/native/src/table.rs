/// Rows of words and figures, in Markdown.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these words on top of its columns.
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        Self {
            rows: vec![columns.map(String::from).to_vec()],
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// The table as text, its first column to the left and the others to the right.
    pub(crate) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        let mut lines: Vec<String> = self.rows.iter().map(|row| line(row, &widths)).collect();
        let rules = widths.iter().enumerate().map(|(column, width)| match column {
            0 => "-".repeat(*width),
            _ => format!("{}:", "-".repeat(width - 1)),
        });
        lines.insert(1, line(&rules.collect::<Vec<_>>(), &widths));
        lines.concat()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (cell, width))| match column {
            0 => format!(" {cell:<width$} |"),
            _ => format!(" {cell:>width$} |"),
        });
    format!("|{}\n", cells.collect::<String>())
}

/// A figure with three digits at least; a dash for none.
pub fn figure(value: Option<f64>) -> String {
    match value {
        None => "–".into(),
        Some(value) if value.abs() < 9.995 => format!("{value:.2}"),
        Some(value) if value.abs() < 99.95 => format!("{value:.1}"),
        Some(value) => count(value.round() as usize),
    }
}

/// A whole number, its thousands apart.
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let (head, tail) = digits.split_at(digits.len() % 3);
    let groups = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let groups: Vec<_> = std::iter::once(head.into())
        .chain(groups)
        .filter(|group| !group.is_empty())
        .collect();
    groups.join(",")
}
