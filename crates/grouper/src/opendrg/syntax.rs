//! From tokens to expressions and statements: the part of Python's grammar that the sources use.

use super::source::{Misread, Reading};
use super::token::{Line, Token};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr<'a> {
    Name(&'a str),
    Number(&'a str),
    Text(&'a str),
    List(Vec<Expr<'a>>),
    /// `{}`
    Nothing,
    /// `a.b`
    Field(Box<Expr<'a>>, &'a str),
    Call(Box<Expr<'a>>, Vec<Expr<'a>>),
    /// `name=value` among the arguments of a call.
    Named(&'a str, Box<Expr<'a>>),
    /// `a[b]`
    Item(Box<Expr<'a>>, Box<Expr<'a>>),
    /// `a[b:c]`
    Slice(Box<Expr<'a>>, Option<Box<Expr<'a>>>, Option<Box<Expr<'a>>>),
    /// `[value for name in over if only]`
    Each {
        value: Box<Expr<'a>>,
        name: &'a str,
        over: Box<Expr<'a>>,
        only: Option<Box<Expr<'a>>>,
    },
    /// `a<=b<c`, `a in b`
    Compare(Box<Expr<'a>>, Vec<(&'static str, Expr<'a>)>),
    /// `a+b`, `a%b`
    Join(&'static str, Box<Expr<'a>>, Box<Expr<'a>>),
    Not(Box<Expr<'a>>),
    And(Vec<Expr<'a>>),
    Or(Vec<Expr<'a>>),
}

/// A statement and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stmt<'a> {
    pub(super) line: usize,
    pub(super) what: What<'a>,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// `import …`, `from … import …`: the names say nothing, files are looked for by theirs.
    Import,
    Define(&'a str, Vec<Stmt<'a>>),
    Set(Expr<'a>, Expr<'a>),
    /// Conditions with what is done, and what is done otherwise.
    If(Vec<(Expr<'a>, Vec<Stmt<'a>>)>, Vec<Stmt<'a>>),
    For(&'a str, Expr<'a>, Vec<Stmt<'a>>),
    Return(Expr<'a>),
    Break,
    Do(Expr<'a>),
}

/// Brackets and blocks may stand so deep in one another; a source that goes deeper is none of these.
const DEPTH_MAX: usize = 40;

/// The statements of a source.
pub(super) fn statements<'a>(lines: &[Line<'a>]) -> Reading<Vec<Stmt<'a>>> {
    let mut at = 0;
    let indent = lines.first().map_or(0, |line| line.indent);
    let found = block(lines, &mut at, indent, 0)?;
    match lines.get(at) {
        None => Ok(found),
        Some(line) => Err(misread(line, 0)),
    }
}

fn misread(line: &Line<'_>, at: usize) -> Misread {
    let tokens = line.tokens.get(at..).unwrap_or(&[]);
    let shown: Vec<String> = tokens.iter().take(24).map(ToString::to_string).collect();
    let part = shown.join(" ");
    Misread::new(line.number, if part.is_empty() { "…" } else { &part })
}

fn block<'a>(lines: &[Line<'a>], at: &mut usize, indent: usize, depth: usize) -> Reading<Vec<Stmt<'a>>> {
    let mut found = Vec::new();
    while let Some(line) = lines.get(*at) {
        if line.indent != indent || depth > DEPTH_MAX {
            break;
        }
        *at += 1;
        found.push(statement(lines, at, line, depth)?);
    }
    Ok(found)
}

/// The block below a line that ends with a colon.
fn below<'a>(lines: &[Line<'a>], at: &mut usize, head: &Line<'a>, depth: usize) -> Reading<Vec<Stmt<'a>>> {
    match lines.get(*at) {
        Some(first) if first.indent > head.indent && depth < DEPTH_MAX => block(lines, at, first.indent, depth + 1),
        _ => Err(misread(head, 0)),
    }
}

fn statement<'a>(lines: &[Line<'a>], at: &mut usize, line: &Line<'a>, depth: usize) -> Reading<Stmt<'a>> {
    let mut cursor = Cursor { line, at: 1, depth: 0 };
    let what = match line.tokens.first() {
        Some(Token::Name("import" | "from")) => {
            cursor.at = line.tokens.len();
            What::Import
        }
        Some(Token::Name("break")) => What::Break,
        Some(Token::Name("return")) => What::Return(cursor.expression()?),
        Some(Token::Name("def")) => {
            let name = cursor.name()?;
            // What a function is given always has the same names.
            while !cursor.takes_sign(")") {
                cursor.next().ok_or_else(|| misread(line, 0))?;
            }
            cursor.colon()?;
            What::Define(name, below(lines, at, line, depth)?)
        }
        Some(Token::Name("for")) => {
            let name = cursor.name()?;
            cursor.word("in")?;
            let over = cursor.expression()?;
            cursor.colon()?;
            What::For(name, over, below(lines, at, line, depth)?)
        }
        Some(Token::Name("if")) => return branches(lines, at, line, depth),
        _ => {
            cursor.at = 0;
            let left = cursor.expression()?;
            if cursor.takes_sign("=") {
                What::Set(left, cursor.expression()?)
            } else {
                What::Do(left)
            }
        }
    };
    cursor.end()?;
    Ok(Stmt {
        line: line.number,
        what,
    })
}

fn branches<'a>(lines: &[Line<'a>], at: &mut usize, head: &Line<'a>, depth: usize) -> Reading<Stmt<'a>> {
    let mut found = Vec::new();
    let mut otherwise = Vec::new();
    let mut line = head;
    loop {
        let mut cursor = Cursor { line, at: 1, depth: 0 };
        let is_else = line.tokens.first() == Some(&Token::Name("else"));
        let asked = if is_else { None } else { Some(cursor.expression()?) };
        cursor.colon()?;
        cursor.end()?;
        let done = below(lines, at, line, depth)?;
        match asked {
            Some(asked) => found.push((asked, done)),
            None => {
                otherwise = done;
                break;
            }
        }
        match lines.get(*at) {
            Some(next)
                if next.indent == head.indent && matches!(next.tokens.first(), Some(Token::Name("elif" | "else"))) =>
            {
                line = next;
                *at += 1;
            }
            _ => break,
        }
    }
    Ok(Stmt {
        line: head.number,
        what: What::If(found, otherwise),
    })
}

/// A place in a line.
struct Cursor<'l, 'a> {
    line: &'l Line<'a>,
    at: usize,
    depth: usize,
}

impl<'a> Cursor<'_, 'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.line.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn here(&self) -> Misread {
        misread(self.line, self.at)
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
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

    fn word(&mut self, word: &str) -> Reading<()> {
        if self.takes_word(word) {
            Ok(())
        } else {
            Err(self.here())
        }
    }

    fn colon(&mut self) -> Reading<()> {
        self.sign(":")
    }

    fn end(&self) -> Reading<()> {
        if self.peek().is_none() {
            Ok(())
        } else {
            Err(self.here())
        }
    }

    fn name(&mut self) -> Reading<&'a str> {
        match self.peek() {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.here()),
        }
    }

    /// `or` binds weakest, then `and`, `not`, comparisons, joins.
    fn expression(&mut self) -> Reading<Expr<'a>> {
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
