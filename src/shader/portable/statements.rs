//! The statements of a function that is written anew, as far as anybody comes.

use super::body::{Body, Piece};
use super::carry;
use naga::{Block, Expression, Handle, Range, Span, Statement, SwitchCase};

/// Appends pieces, those emitted one after the other together.
pub(super) fn push(block: &mut Block, pieces: impl IntoIterator<Item = Piece>) {
    let mut open: Option<[Handle<Expression>; 2]> = None;
    let close = |open: &mut Option<[Handle<Expression>; 2]>, block: &mut Block| {
        if let Some([first, last]) = open.take() {
            block.push(Statement::Emit(Range::new_from_bounds(first, last)), Span::UNDEFINED);
        }
    };
    for piece in pieces {
        match (piece, &mut open) {
            (Piece::Emit(next), Some([_, last])) if next.index() == last.index() + 1 => *last = next,
            (Piece::Emit(next), _) => {
                close(&mut open, block);
                open = Some([next, next]);
            }
            (Piece::Statement(statement), _) => {
                close(&mut open, block);
                block.push(statement, Span::UNDEFINED);
            }
        }
    }
    close(&mut open, block);
}

impl Body<'_, '_> {
    /// Writes statements as far as anybody comes; returns whether somebody comes to the end.
    pub(super) fn block(&mut self, from: &Block, into: &mut Block) -> Result<bool, String> {
        for statement in from {
            if !self.statement(statement, into)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn inner(&mut self, from: &Block) -> Result<(Block, bool), String> {
        let mut block = Block::new();
        let through = self.block(from, &mut block)?;
        Ok((block, through))
    }

    fn statement(&mut self, statement: &Statement, into: &mut Block) -> Result<bool, String> {
        let mut through = true;
        let carried = match statement {
            Statement::Emit(range) => {
                let pieces: Vec<Piece> =
                    range.clone().flat_map(|handle| std::mem::take(&mut self.pieces[handle.index()])).collect();
                push(into, pieces);
                return Ok(true);
            }
            Statement::Block(block) => {
                let (block, to_the_end) = self.inner(block)?;
                through = to_the_end;
                Statement::Block(block)
            }
            Statement::If { condition, accept, reject } => match self.facts.of(*condition).bits() {
                Some(holds) => {
                    let (block, to_the_end) = self.inner(if holds == 0 { reject } else { accept })?;
                    through = to_the_end;
                    Statement::Block(block)
                }
                None => {
                    let condition = self.operand(*condition)?;
                    let ((accept, accepted), (reject, rejected)) = (self.inner(accept)?, self.inner(reject)?);
                    through = accepted || rejected;
                    Statement::If { condition, accept, reject }
                }
            },
            Statement::Switch { selector, cases } => {
                let cases = cases.iter().map(|case| Ok(SwitchCase { body: self.inner(&case.body)?.0, ..case.clone() }));
                let cases = cases.collect::<Result<_, String>>()?;
                Statement::Switch { selector: self.operand(*selector)?, cases }
            }
            Statement::Loop { body, continuing, break_if } => Statement::Loop {
                body: self.inner(body)?.0,
                continuing: self.inner(continuing)?.0,
                break_if: break_if.map(|condition| self.operand(condition)).transpose()?,
            },
            Statement::Call { function, arguments, result } => {
                let values = arguments.iter().map(|argument| self.facts.of(*argument)).collect();
                let arguments = arguments.iter().map(|argument| self.operand(*argument)).collect::<Result<_, _>>()?;
                let function = self.writer.call(self.library, (*function, values))?;
                let result = result.and_then(|result| self.results[result.index()]);
                if let Some(result) = result {
                    *self.expressions.get_mut(result) = Expression::CallResult(function);
                }
                Statement::Call { function, arguments, result }
            }
            other => {
                let operand = |handle: Handle<Expression>| self.carried[handle.index()].unwrap_or(handle);
                let result = |handle: Handle<Expression>| self.results[handle.index()].unwrap_or(handle);
                carry::statement(other, &operand, &result)
                    .ok_or_else(|| "its kernel has statements of other kinds than computing".to_owned())?
            }
        };
        through &=
            !matches!(carried, Statement::Break | Statement::Continue | Statement::Kill | Statement::Return { .. });
        into.push(carried, Span::UNDEFINED);
        Ok(through)
    }
}
