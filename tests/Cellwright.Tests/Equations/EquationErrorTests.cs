using Cellwright.Equations;
using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>What a person reads when a cell is wrong, to the letter.</summary>
public class EquationErrorTests
{
    [Fact]
    public void A_misspelt_function_is_named_with_the_nearest_one() => Message(
        "f = sigmod(Wf x + Uf h[t-1])\nh = f * h[t-1]").ShouldBe("""
        line 1, column 5: nothing defines the function `sigmod`
          f = sigmod(Wf x + Uf h[t-1])
              ^^^^^^
          did you mean `sigmoid`? If it is a parameter, say `param sigmod`
        """);

    [Fact]
    public void A_misspelt_function_without_brackets_is_found_too() => Message(
        "f = sigmod Wf\nh = f ⊙ h[t-1]").ShouldBe("""
        line 1, column 5: nothing defines `sigmod`
          f = sigmod Wf
              ^^^^^^
          did you mean `sigmoid`? If it is a parameter, say `param sigmod`
        """);

    [Fact]
    public void A_product_without_a_space_is_no_bias() => Message("h = tanh(Wx + U h[t-1])").ShouldBe("""
        line 1, column 10: `Wx` is one name here, a parameter that is added
          h = tanh(Wx + U h[t-1])
                   ^^
          for the matrix `W` times `x`, leave a space between them; if it is a parameter, say `param Wx`
        """);

    [Fact]
    public void A_product_without_a_space_of_a_state_is_found_too() => Message("h = tanh(W x + Uh[t-1])").ShouldContain("for the matrix `U` times `h`, leave a space between them");

    [Fact]
    public void A_cell_of_products_without_spaces_is_told_so() => Message("h = tanh(Wx + b)").ShouldContain("for the matrix `W` times `x`, leave a space between them");

    [Theory]
    [InlineData("param Wx\nh = tanh(Wx + U h[t-1])")]
    [InlineData("h = tanh(W_x + U h[t-1])")]
    [InlineData("f = sigmoid(Wf x + bf)\nh = f * h[t-1] + W x")]
    public void A_name_that_is_meant_stays_one(string text) => Cell.Parse(text).Graph.Parameters.ShouldNotBeEmpty();

    [Fact]
    public void A_matrix_that_a_concatenation_leaves_no_room_for_is_named() => Message("n = norm([h[t-1], W x])\nh = M n").ShouldBe("""
        line 1, column 19: nothing is left for `W`: from its uses it is a matrix [0, input], and the other parts fill the concatenation alone
          n = norm([h[t-1], W x])
                            ^^^
          say how wide the signal that holds the concatenation is, such as `width n = 2*hidden`
        """);

    [Fact]
    public void A_concatenation_of_a_wrong_width_is_shown_where_it_stands() => Message(
        "width s = 3\nwidth r = 4\nh = tanh([W x, V x]) + h[t-1]\ns = W x\nr = V x").ShouldBe("""
        line 3, column 10: a concatenation that should be hidden wide is 7 wide
          h = tanh([W x, V x]) + h[t-1]
                   ^^^^^^^^^^
        """);

    [Theory]
    [InlineData("h_0 = g\ng = W x\nh = g + h[t-1]", "line 1, column 7: an initial state is given by numbers and parameters; `g` is computed in every step")]
    [InlineData("g(u) = u + x\nwidth h = input\nh_0 = g(a)\nh = h[t-1]", "line 3, column 7: an initial state is given by numbers and parameters; `g` is computed in every step")]
    public void An_initial_state_that_reads_a_signal_is_refused(string text, string message) => Message(text).ShouldStartWith(message);

    [Fact]
    public void An_environment_that_holds_no_equations_is_named() => Message("\\begin{tabular}\nh = W x\n\\end{tabular}").ShouldBe("""
        line 1, column 1: the environment `tabular` is not known here
          \begin{tabular}
          ^^^^^^^^^^^^^^^
          write the equations in `aligned`, or one a line
        """);

    [Fact]
    public void A_function_nobody_defined_is_asked_for() => Message("h = φ(W x)").ShouldBe("""
        line 1, column 5: nothing defines the function `phi`
          h = φ(W x)
              ^
          define it, as `phi = tanh` or `phi(u) = …`; if it is a parameter, say `param phi`
        """);

    [Fact]
    public void A_function_with_an_index_is_to_be_defined_by_the_one_without() => Message("h = σ_g(W x)").ShouldBe("""
        line 1, column 5: nothing defines the function `sigma_g`
          h = σ_g(W x)
              ^^^
          define it: `sigma_g = sigmoid`
        """);

    [Fact]
    public void A_cycle_within_a_step_is_shown() => Message("f = sigmoid(W x + U h)\nh = f * tanh(c)\nc = f + h[t-1]").ShouldBe("""
        line 1, column 21: within a step `f` needs itself: f → h → f
          f = sigmoid(W x + U h)
                              ^
          read one of them from the step before, such as `f[t-1]`
        """);

    [Fact]
    public void An_elementwise_product_of_two_widths_says_both() => Message("h = x * h[t-1]").ShouldBe("""
        line 1, column 5: `x` is input wide and `h[t-1]` is hidden wide; elementwise they must be equally wide
          h = x * h[t-1]
              ^^^^^^^^^^
          apply a matrix to one of them, such as `W x`
        """);

    [Fact]
    public void A_parameter_with_two_shapes_is_shown_at_both_places() => Message("z = σ(W x)\nh = z * tanh(W h[t-1])").ShouldBe("""
        line 2, column 14: the parameter `W` is used with two shapes: `W` is a matrix [hidden, input] and stands before `h[t-1]`, which is hidden wide
          h = z * tanh(W h[t-1])
                       ^^^^^^^^
        line 1, column 7: the other place is here
          z = σ(W x)
                ^^^
          give one of the two another name
        """);

    [Fact]
    public void A_name_marked_with_a_time_that_nothing_computes_is_led_to_the_nearest_signal() => Message(
        "\\tilde{c}_t = tanh(W x_t)\nc_t = c_{t-1} + \\tilde{C}_t").ShouldBe("""
        line 2, column 17: `\tilde{C}_t` is marked with a time, but no equation computes `C_tilde`
          c_t = c_{t-1} + \tilde{C}_t
                          ^^^^^^^^^^^
          did you mean `c_tilde`?
        """);

    [Fact]
    public void A_state_that_nothing_computes_is_refused() => Message("h = tanh(W x + U s[t-1])").ShouldBe("""
        line 1, column 18: `s[t-1]` is read, but no equation computes `s`
          h = tanh(W x + U s[t-1])
                           ^^^^^^
          if it is an input, say `input s`
        """);

    [Fact]
    public void A_value_of_the_future_is_refused() => Message("h = tanh(W x + U h[t+1])").ShouldBe("""
        line 1, column 18: `h[t+1]` is a value of a later step, which is not known yet
          h = tanh(W x + U h[t+1])
                           ^^^^^^
        """);

    [Fact]
    public void A_value_two_steps_back_is_refused() => Message("h = tanh(W x + U h[t-2])").ShouldBe("""
        line 1, column 18: `h[t-2]` lies 2 steps back; a step reads only the one before
          h = tanh(W x + U h[t-2])
                           ^^^^^^
          keep the value for a step: `h1 = h[t-1]`, then read `h1[t-1]`
        """);

    [Theory]
    [InlineData("W * x", "x")]
    [InlineData("W * h[t-1]", "h[t-1]")]
    [InlineData("W * [h[t-1], x]", "[h[t-1], x]")]
    public void A_star_between_a_capital_and_a_state_shows_both_readings(string product, string operand) => Message($"h = tanh({product} + b + 0 * h[t-1])").ShouldBe($"""
        line 1, column 10: `{product}` can be read in two ways
          h = tanh({product} + b + 0 * h[t-1])
                   {new string('^', product.Length)}
          a matrix product: write `W {operand}`; elementwise: write `W ⊙ {operand}`
        """);

    [Fact]
    public void A_lone_small_greek_parameter_shows_its_three_readings() => Message("h = tanh(W x + β h[t-1])").ShouldBe("""
        line 1, column 16: `β h[t-1]` can be read in three ways: `beta` may be a number, a vector or a matrix
          h = tanh(W x + β h[t-1])
                         ^^^^^^^^
          a number: say `param beta`; a vector: write `beta ⊙ …`; a matrix: say `matrix beta`
        """);

    [Fact]
    public void A_function_of_parameters_beside_a_signal_shows_both_readings() => Message("lam = sigmoid(a)\nh = lam h[t-1] + W x").ShouldBe("""
        line 2, column 5: `lam h[t-1]` can be read in two ways: `lam` may be a vector or a matrix
          h = lam h[t-1] + W x
              ^^^^^^^^^^
          a vector: write `lam ⊙ …`; a matrix: say `matrix lam`
        """);

    [Fact]
    public void A_primed_signal_is_asked_whether_it_is_the_step_before() => Message("h = tanh(W x + U h')").ShouldBe("""
        line 1, column 18: nothing computes `h'`, the primed form of `h`
          h = tanh(W x + U h')
                           ^^
          for the step before write `h[t-1]`
        """);

    [Fact]
    public void A_name_one_letter_from_a_signal_is_refused() => Message("gate = σ(W x)\nh = gatr * h[t-1]").ShouldBe("""
        line 2, column 5: nothing defines `gatr`
          h = gatr * h[t-1]
              ^^^^
          did you mean `gate`? If it is a parameter, say `param gatr`
        """);

    [Fact]
    public void A_time_without_its_underscore_is_refused() => Message("ht = tanh(W xt)").ShouldBe("""
        line 1, column 13: nothing computes `xt`
          ht = tanh(W xt)
                      ^^
          did you mean `x_t`? If it is a parameter, say `param xt`
        """);

    [Fact]
    public void A_step_that_may_be_a_difference_is_refused() => Message("h_t = tanh(W x_t + U h_t-1)").ShouldBe("""
        line 1, column 22: `h_t-1` can be read in two ways
          h_t = tanh(W x_t + U h_t-1)
                               ^^^^^
          the step before: `h[t-1]`; one less: `h - 1`
        """);

    [Fact]
    public void An_unclosed_bracket_is_shown_where_it_opens() => Message("h = tanh(W x + U h[t-1]").ShouldBe("""
        line 1, column 9: the bracket `(` is never closed
          h = tanh(W x + U h[t-1]
                  ^
        """);

    [Fact]
    public void A_bracket_that_closes_nothing_is_shown() => Message("h = tanh(W x))").ShouldBe("""
        line 1, column 14: the bracket `)` closes nothing
          h = tanh(W x))
                       ^
        """);

    [Fact]
    public void A_bracket_closed_by_another_is_shown_with_it() => Message("h = tanh(W x]").ShouldBe("""
        line 1, column 13: `(` is closed by `]`
          h = tanh(W x]
                      ^
        line 1, column 9: the other place is here
          h = tanh(W x]
                  ^
        """);

    [Fact]
    public void A_stray_character_is_shown() => Message("h = tanh(W x) ? 3").ShouldBe("""
        line 1, column 15: `?` has no meaning in an equation
          h = tanh(W x) ? 3
                        ^
        """);

    [Fact]
    public void A_letter_that_only_looks_Latin_is_named() => Message("h = tanh(W \u0445 + h[t-1])").ShouldBe("""
        line 1, column 12: `х` is a Cyrillic letter (U+0445) that only looks like the Latin `x`
          h = tanh(W х + h[t-1])
                     ^
          write the Latin `x`
        """);

    [Fact]
    public void A_name_defined_twice_is_shown_at_both_places() => Message("h = tanh(W x)\nh = tanh(U x)").ShouldBe("""
        line 2, column 1: `h` is defined twice
          h = tanh(U x)
          ^
        line 1, column 1: the other place is here
          h = tanh(W x)
          ^
          give one of them another name
        """);

    [Fact]
    public void A_matrix_valued_state_is_refused() => Message("matrix C\nC = C[t-1] + tanh(W x)").ShouldBe("""
        line 1, column 8: `C` is computed in every step, and matrix-valued states and signals are not supported: every signal is a vector
          matrix C
                 ^
        line 2, column 1: the other place is here
          C = C[t-1] + tanh(W x)
          ^
        """);

    [Fact]
    public void An_outer_product_is_refused() => Message("v = V x\nC = C[t-1] + v v^T").ShouldBe("""
        line 2, column 16: only matrices of parameters can be transposed; a transposed signal would make a matrix-valued signal, and those are not supported
          C = C[t-1] + v v^T
                         ^^^
        """);

    [Theory]
    [InlineData("")]
    [InlineData("# a comment only\n\n")]
    [InlineData("cell empty \"No equation\"")]
    public void A_text_without_equations_is_refused(string text) => Message(text).ShouldBe("""
        there are no equations
          a cell has at least one, such as `h = tanh(W x + U h[t-1] + b)`
        """);

    [Fact]
    public void A_line_that_is_no_equation_is_shown() => Message("h = W x\noutptu h").ShouldBe("""
        line 2, column 1: this line is neither an equation nor a directive: it has no `=`
          outptu h
          ^^^^^^^^
          did you mean `output`?
        """);

    [Fact]
    public void A_second_equals_sign_is_shown() => Message("h = c = W x").ShouldBe("""
        line 1, column 7: a second `=` stands in one equation
          h = c = W x
                ^
          write one equation a line, or three spaces or `;` between two
        """);

    [Fact]
    public void A_product_of_matrices_with_an_unknown_width_between_is_to_be_named() => Message("h = U V x").ShouldBe("""
        line 1, column 5: the columns of the matrix `U` do not follow from its uses: it is [hidden, …]
          h = U V x
              ^^^^^
          name the value between two matrices and say how wide it is: `v = V x`, `width v = rank`
        """);

    [Fact]
    public void A_matrix_between_a_signal_and_nothing_is_refused_beside_another() => Message("h = tanh(W x V)").ShouldBe("""
        line 1, column 10: `W x V` can be read in two ways: `V` has a signal on its left only, and another matrix applies to that
          h = tanh(W x V)
                   ^^^^^
          write matrices before what they apply to, or put brackets
        """);

    [Fact]
    public void Left_sides_at_two_steps_are_refused() => Message("h_{t+1} = tanh(W x_t + U h_t)\ny_t = V h_t").ShouldBe("""
        line 2, column 1: this left side stands at `t`, another at `t+1`
          y_t = V h_t
          ^^^
        line 1, column 1: the other place is here
          h_{t+1} = tanh(W x_t + U h_t)
          ^^^^^^^
          write all left sides for one step; what is read from the step before is then clear
        """);

    [Fact]
    public void A_reserved_name_is_no_parameter() => Message("h = tanh(W x + U y)").ShouldBe("""
        line 1, column 18: no equation computes `y`, and a parameter may not be called so
          h = tanh(W x + U y)
                           ^
          give the parameter another name
        """);

    [Fact]
    public void The_caret_stands_below_letters_with_marks_and_tabs()
    {
        EquationException error = Should.Throw<EquationException>(() => Cell.Parse("c\u0303 = tanh(W x)\n\th = c\u0303 + ?"));
        error.Line.ShouldBe(2);
        error.Column.ShouldBe(10);
        error.LineText.ShouldBe("\th = c\u0303 + ?");
        error.Message.ShouldBe("line 2, column 10: `?` has no meaning in an equation\n   h = c\u0303 + ?\n           ^");
    }

    [Fact]
    public void A_column_whose_bracket_was_closed_by_another_is_an_error() =>
        Message("\\begin{pmatrix} i ] \\\\ \\end{pmatrix} = W x").ShouldStartWith("line 1, column 1: this line is neither an equation nor a directive");

    [Fact]
    public void An_empty_line_in_a_column_says_nothing() =>
        Cell.Parse("\\begin{pmatrix} i \\\\ f\n\n\\end{pmatrix} = W x\nh = i * f").Equations[0].ShouldBe("[i, f] = W x");

    [Fact]
    public void An_unknown_cell_is_led_to_the_nearest_names()
    {
        EquationException error = Should.Throw<EquationException>(() => Cell.Named("no such cell"));
        error.Problem.ShouldBe("there is no cell `no such cell`");
        error.Line.ShouldBe(0);
    }

    private static string Message(string text) => Should.Throw<EquationException>(() => Cell.Parse(text)).Message;
}
