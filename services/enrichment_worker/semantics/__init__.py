"""What a release says and is: statements, amounts, dates, a ministry's acts."""
