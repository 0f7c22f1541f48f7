//! Expressions, by recursive descent.

use super::source::{Misread, Reading};
use super::syntax::Expr;
use super::token::{Line, Token};

/// Brackets and blocks may stand so deep in one another; a source that goes deeper is none of these.
pub(super) const DEPTH_MAX: usize = 40;

pub(super) fn misread(line: &Line<'_>, at: usize) -> Misread {
    let tokens = line.tokens.get(at..).unwrap_or(&[]);
    let shown: Vec<String> = tokens.iter().take(24).map(ToString::to_string).collect();
    let part = shown.join(" ");
    Misread::new(line.number, if part.is_empty() { "…" } else { &part })
}

/// A place in a line.
pub(super) struct Cursor<'l, 'a> {
    pub(super) line: &'l Line<'a>,
    pub(super) at: usize,
    /// Brackets that are open.
    depth: usize,
}

impl<'l, 'a> Cursor<'l, 'a> {
    pub(super) fn new(line: &'l Line<'a>, at: usize) -> Self {
        Cursor { line, at, depth: 0 }
    }

    fn peek(&self) -> Option<Token<'a>> {
        self.line.tokens.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn here(&self) -> Misread {
        misread(self.line, self.at)
    }

    pub(super) fn takes_sign(&mut self, sign: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Sign(found)) if found == sign);
        self.at += usize::from(takes);
        takes
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let takes = self.peek() == Some(Token::Name(word));
        self.at += usize::from(takes);
        takes
    }

    fn sign(&mut self, sign: &str) -> Reading<()> {
        if self.takes_sign(sign) {
            Ok(())
        } else {
            Err(self.here())
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Reading<()> {
        if self.takes_word(word) {
            Ok(())
        } else {
            Err(self.here())
        }
    }

    pub(super) fn colon(&mut self) -> Reading<()> {
        self.sign(":")
    }

    pub(super) fn end(&self) -> Reading<()> {
        if self.peek().is_none() {
            Ok(())
        } else {
            Err(self.here())
        }
    }

    pub(super) fn name(&mut self) -> Reading<&'a str> {
        match self.peek() {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.here()),
        }
    }

    /// `or` binds weakest, then `and`, `not`, comparisons, joins.
    pub(super) fn expression(&mut self) -> Reading<Expr<'a>> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.here());
        }
        let mut any = vec![self.conjunction()?];
        while self.takes_word("or") {
            any.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(alone_or(any, Expr::Or))
    }

    fn conjunction(&mut self) -> Reading<Expr<'a>> {
        let mut all = vec![self.negation()?];
        while self.takes_word("and") {
            all.push(self.negation()?);
        }
        Ok(alone_or(all, Expr::And))
    }

    fn negation(&mut self) -> Reading<Expr<'a>> {
        let mut count = 0;
        while self.takes_word("not") {
            count += 1;
        }
        let found = self.comparison()?;
        Ok(if count % 2 == 1 {
            Expr::Not(Box::new(found))
        } else {
            found
        })
    }

    fn comparison(&mut self) -> Reading<Expr<'a>> {
        let first = self.join()?;
        let mut others = Vec::new();
        loop {
            let sign = match self.peek() {
                Some(Token::Sign(sign @ ("==" | "!=" | "<" | "<=" | ">" | ">="))) => sign,
                Some(Token::Name("in")) => "in",
                Some(Token::Name("not")) if self.line.tokens.get(self.at + 1) == Some(&Token::Name("in")) => {
                    self.at += 1;
                    "not in"
                }
                _ => break,
            };
            self.at += 1;
            others.push((sign, self.join()?));
        }
        Ok(if others.is_empty() {
            first
        } else {
            Expr::Compare(Box::new(first), others)
        })
    }

    fn join(&mut self) -> Reading<Expr<'a>> {
        let mut left = self.operand()?;
        let mut chain = 0;
        while let Some(Token::Sign(sign @ ("+" | "%"))) = self.peek() {
            chain += 1;
            if chain > DEPTH_MAX {
                return Err(self.here());
            }
            self.at += 1;
            left = Expr::Join(sign, Box::new(left), Box::new(self.operand()?));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Reading<Expr<'a>> {
        let mut found = match self.peek() {
            Some(Token::Name(name)) if !KEYWORDS.contains(&name) => Expr::Name(name),
            Some(Token::Number(digits)) => Expr::Number(digits),
            Some(Token::Text(text)) => Expr::Text(text),
            Some(Token::Sign("(" | "[" | "{")) => return self.bracketed(),
            _ => return Err(self.here()),
        };
        self.at += 1;
        let mut chain = 0;
        loop {
            chain += 1;
            if chain > DEPTH_MAX {
                return Err(self.here());
            }
            found = if self.takes_sign(".") {
                Expr::Field(Box::new(found), self.name()?)
            } else if self.takes_sign("(") {
                Expr::Call(Box::new(found), self.arguments()?)
            } else if self.takes_sign("[") {
                self.subscript(found)?
            } else {
                return Ok(found);
            };
        }
    }

    fn bracketed(&mut self) -> Reading<Expr<'a>> {
        if self.takes_sign("(") {
            let inside = self.expression()?;
            // Several in brackets are what a text is filled with: for messages only.
            let mut all = vec![inside];
            while self.takes_sign(",") {
                all.push(self.expression()?);
            }
            self.sign(")")?;
            return Ok(alone_or(all, Expr::List));
        }
        if self.takes_sign("{") {
            self.sign("}")?;
            return Ok(Expr::Nothing);
        }
        self.sign("[")?;
        let mut items = Vec::new();
        while !self.takes_sign("]") {
            items.push(self.expression()?);
            if items.len() == 1 && self.takes_word("for") {
                return self.each(items.swap_remove(0));
            }
            if !self.takes_sign(",") {
                self.sign("]")?;
                break;
            }
        }
        Ok(Expr::List(items))
    }

    fn each(&mut self, value: Expr<'a>) -> Reading<Expr<'a>> {
        let name = self.name()?;
        self.word("in")?;
        let over = Box::new(self.join()?);
        let only = if self.takes_word("if") {
            Some(Box::new(self.expression()?))
        } else {
            None
        };
        self.sign("]")?;
        Ok(Expr::Each {
            value: Box::new(value),
            name,
            over,
            only,
        })
    }

    fn arguments(&mut self) -> Reading<Vec<Expr<'a>>> {
        let mut found = Vec::new();
        while !self.takes_sign(")") {
            let value = self.expression()?;
            let value = match value {
                Expr::Name(name) if self.takes_sign("=") => Expr::Named(name, Box::new(self.expression()?)),
                value => value,
            };
            found.push(value);
            if !self.takes_sign(",") {
                self.sign(")")?;
                break;
            }
        }
        Ok(found)
    }

    fn subscript(&mut self, of: Expr<'a>) -> Reading<Expr<'a>> {
        let bound = |this: &mut Self| match this.peek() {
            Some(Token::Sign(":" | "]")) => Ok(None),
            _ => this.expression().map(|bound| Some(Box::new(bound))),
        };
        let first = bound(self)?;
        if self.takes_sign(":") {
            let last = bound(self)?;
            self.sign("]")?;
            return Ok(Expr::Slice(Box::new(of), first, last));
        }
        let first = first.ok_or_else(|| self.here())?;
        self.sign("]")?;
        Ok(Expr::Item(Box::new(of), first))
    }
}

const KEYWORDS: [&str; 12] = [
    "and", "or", "not", "in", "if", "else", "elif", "for", "def", "return", "lambda", "is",
];

fn alone_or<'a>(mut all: Vec<Expr<'a>>, several: fn(Vec<Expr<'a>>) -> Expr<'a>) -> Expr<'a> {
    if all.len() == 1 {
        all.swap_remove(0)
    } else {
        several(all)
    }
}
