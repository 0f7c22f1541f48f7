//! Expressions and statements: the part of Python's grammar that the sources use.

use super::expression::{Cursor, DEPTH_MAX, misread};
use super::source::Reading;
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
    let mut cursor = Cursor::new(line, 1);
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
        let mut cursor = Cursor::new(line, 1);
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
