//! Lines of source as tokens: the part of Python's lexis that the sources use.

use super::source::{Misread, Reading};

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Name(&'a str),
    /// Digits.
    Number(&'a str),
    /// A text, without its quotes.
    Text(&'a str),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// One line, or several that an open bracket joins.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    /// Blanks before it.
    pub(super) indent: usize,
    pub(super) tokens: Vec<Token<'a>>,
}

/// Longer ones first.
const SIGNS: [&str; 21] = [
    "==", "!=", "<=", ">=", "**", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "+", "-", "*", "%",
];

/// The lines of a source that are neither empty nor comments.
pub(super) fn lines(source: &str) -> Reading<Vec<Line<'_>>> {
    numbered(source.lines().enumerate())
}

/// The lines of the body of one function, wherever in the source it stands; the rest is not looked at.
pub(super) fn body<'a>(source: &'a str, function: &str) -> Reading<Option<Vec<Line<'a>>>> {
    let indent = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let is_it = |text: &str| {
        let rest = text.trim_start().strip_prefix("def ");
        rest.and_then(|rest| rest.strip_prefix(function))
            .is_some_and(|rest| rest.starts_with('('))
    };
    let mut rest = source.lines().enumerate().skip_while(|(_, text)| !is_it(text));
    let Some((_, head)) = rest.next() else {
        return Ok(None);
    };
    let inside = rest.take_while(|(_, text)| text.trim().is_empty() || indent(text) > indent(head));
    numbered(inside).map(Some)
}

fn numbered<'a>(texts: impl Iterator<Item = (usize, &'a str)>) -> Reading<Vec<Line<'a>>> {
    let mut found: Vec<Line<'a>> = Vec::new();
    let mut depth = 0usize;
    for (i, text) in texts {
        let mut tokens = Vec::new();
        let rest = text.trim_start_matches(' ');
        tokenize(rest, i + 1, &mut tokens)?;
        if tokens.is_empty() {
            continue;
        }
        let (opened, closed) = brackets(&tokens);
        let joined = if depth > 0 { found.last_mut() } else { None };
        if let Some(line) = joined {
            line.tokens.append(&mut tokens);
        } else {
            found.push(Line {
                number: i + 1,
                indent: text.len() - rest.len(),
                tokens,
            });
        }
        depth = (depth + opened).saturating_sub(closed);
    }
    Ok(found)
}

fn brackets(tokens: &[Token<'_>]) -> (usize, usize) {
    let count = |signs: &[&str]| {
        let is_one = |token: &&Token<'_>| matches!(token, Token::Sign(sign) if signs.contains(sign));
        tokens.iter().filter(is_one).count()
    };
    (count(&["(", "[", "{"]), count(&[")", "]", "}"]))
}

fn tokenize<'a>(mut rest: &'a str, line: usize, tokens: &mut Vec<Token<'a>>) -> Reading<()> {
    loop {
        rest = rest.trim_start_matches([' ', '\u{feff}', '\r']);
        let Some(first) = rest.chars().next() else {
            return Ok(());
        };
        let (token, after) = match first {
            '#' => return Ok(()),
            '\'' | '"' => text(rest, first).ok_or_else(|| Misread::new(line, rest))?,
            c if c.is_ascii_digit() => word(rest, Token::Number),
            c if c == '_' || c.is_alphabetic() => word(rest, Token::Name),
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| Misread::new(line, rest))?;
                (Token::Sign(sign), &rest[sign.len()..])
            }
        };
        tokens.push(token);
        rest = after;
    }
}

fn word<'a>(rest: &'a str, of: fn(&'a str) -> Token<'a>) -> (Token<'a>, &'a str) {
    let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric());
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    (of(word), after)
}

/// A text in quotes. Escapes do not occur; what has one is not understood rather than misread.
fn text(rest: &str, quote: char) -> Option<(Token<'_>, &str)> {
    let inside = &rest[quote.len_utf8()..];
    let (text, after) = inside.split_once(quote)?;
    // Three quotes open a text of several lines.
    let is_other = text.contains('\\') || (text.is_empty() && after.starts_with(quote));
    (!is_other).then_some((Token::Text(text), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_brackets_are_joined() {
        let found = lines("a=[\"x\",\n  'y+z*', # why\n]\n\n  if a<=1:\n").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].tokens[3], Token::Text("x"));
        assert_eq!(found[0].tokens[5], Token::Text("y+z*"));
        assert_eq!((found[1].number, found[1].indent), (5, 2));
        assert_eq!(found[1].tokens[2], Token::Sign("<="));
    }

    #[test]
    fn what_is_no_token_is_named() {
        for source in ["a\nb = 'x", "a\nb \"\"\"c\"\"\"", "a\n?", "a\n'x\\n'", "a\n\tb"] {
            assert_eq!(lines(source).unwrap_err().line, 2, "{source:?}");
        }
    }

    #[test]
    fn the_body_of_one_function() {
        let source = "x = ?\ndef other():\n  ?\nclass C:\n  def it(self):\n    a\n\n    b\n  def next(self):\n    ?\n";
        let found = body(source, "it").unwrap().unwrap();
        assert_eq!(found.iter().map(|line| line.number).collect::<Vec<_>>(), [6, 8]);
        assert!(body(source, "th").unwrap().is_none());
    }
}
