//! One row of a CSV file, written without the formatting machinery: it is most of the work.

/// A row that grows field by field.
#[derive(Default)]
pub(crate) struct Line(Vec<u8>);

impl Line {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The row with its line end.
    pub(crate) fn finish(&mut self) -> &[u8] {
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
        &self.0
    }

    /// Text without a separator behind it.
    pub(crate) fn part(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn comma(&mut self) {
        self.0.push(b',');
    }

    /// A field that needs no quotes.
    pub(crate) fn text(&mut self, text: &str) {
        self.part(text);
        self.comma();
    }

    /// A number of at least `width` digits, without a separator behind it.
    pub(crate) fn digits(&mut self, mut number: u64, width: usize) {
        let from = self.0.len();
        while number > 0 || self.0.len() < from + width {
            // A digit is below 10.
            self.0.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
            number /= 10;
        }
        self.0[from..].reverse();
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.digits(number, 1);
        self.comma();
    }

    /// Fen as yuan.
    pub(crate) fn money(&mut self, fen: u64) {
        self.hundredths(fen);
    }

    /// A number of hundredths.
    pub(crate) fn hundredths(&mut self, hundredths: u64) {
        self.digits(hundredths / 100, 1);
        self.byte(b'.');
        self.digits(hundredths % 100, 2);
        self.comma();
    }
}

/// A field from outside, in quotes where it needs them.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written() {
        let mut line = Line::default();
        line.text("A");
        line.number(0);
        line.money(1_205);
        line.money(7);
        line.digits(42, 4);
        line.comma();
        assert_eq!(line.finish(), b"A,0,12.05,0.07,0042\n");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
