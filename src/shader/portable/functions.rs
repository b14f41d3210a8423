//! Writes functions anew: what is known beforehand as constants, branches that are never taken left out, and all arithmetic as
//! [`super::arithmetic`] has it. A function is written once for each set of things known of its arguments. What becomes of its
//! expressions stands in [`super::body`], of its statements in [`super::statements`].

use super::analysis::{Call, Facts};
use super::body::Body;
use super::statements::push;
use super::value::Value;
use super::write::Writer;
use naga::valid::FunctionInfo;
use naga::{Arena, Block, Function, FunctionArgument, FunctionResult, Handle, LocalVariable, Span};

impl Writer<'_> {
    /// A function that others call.
    ///
    /// # Errors
    /// What of it cannot be written.
    pub(super) fn call(&mut self, library: bool, call: Call) -> Result<Handle<Function>, String> {
        let key = (library, call);
        if let Some(written) = self.written.get(&key) {
            return Ok(*written);
        }
        let source = self.source(library);
        let function = &source.analysis.module.functions[key.1.0];
        let facts = source.analysis.call(&key.1);
        let function = self.function(library, function, &source.info[key.1.0], &facts)?;
        let handle = self.module.functions.append(function, Span::UNDEFINED);
        self.written.insert(key, handle);
        Ok(handle)
    }

    /// A function of the library, by its name.
    pub(super) fn own(&mut self, name: &str, arguments: Vec<Value>) -> Result<Handle<Function>, String> {
        let functions = &self.library.analysis.module.functions;
        let found = functions.iter().find(|(_, function)| function.name.as_deref() == Some(name));
        let (handle, _) = found.ok_or_else(|| format!("the library has no function {name}"))?;
        self.call(true, (handle, arguments))
    }

    /// A function, written anew.
    pub(super) fn function(
        &mut self,
        library: bool,
        function: &Function,
        info: &FunctionInfo,
        facts: &Facts,
    ) -> Result<Function, String> {
        let arguments = function
            .arguments
            .iter()
            .map(|argument| FunctionArgument { ty: self.carry_type(library, argument.ty), ..argument.clone() });
        let arguments = arguments.collect();
        let result = function
            .result
            .as_ref()
            .map(|result| FunctionResult { ty: self.carry_type(library, result.ty), binding: result.binding.clone() });
        let mut locals = Arena::new();
        for (_, variable) in function.local_variables.iter() {
            let carried = LocalVariable { ty: self.carry_type(library, variable.ty), init: None, ..variable.clone() };
            locals.append(carried, Span::UNDEFINED);
        }
        let mut body = Body::new(self, library, function, info, facts);
        let head = body.head();
        body.translate_all()?;
        let mut statements = Block::new();
        push(&mut statements, head);
        body.block(&function.body, &mut statements)?;
        for (handle, variable) in function.local_variables.iter() {
            if let Some(init) = variable.init {
                locals.get_mut(handle).init = body.carried[init.index()];
            }
        }
        Ok(Function {
            name: function.name.clone(),
            arguments,
            result,
            local_variables: locals,
            expressions: body.expressions,
            named_expressions: Default::default(),
            body: statements,
            diagnostic_filter_leaf: None,
        })
    }
}
