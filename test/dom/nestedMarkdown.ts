/** Lists and quotations with code in them, this line of it first. A blank line makes paragraphs of what is above it, too. */
export const nestedMarkdown = (codeLine: string): string => `1. First:
   \`\`\`ts
   ${codeLine}
   \`\`\`
   - within **it**
     \`\`\`py
     def two(): return 2
     \`\`\`
   - and **bold with *slant* in it**, [a link](https://example.com)
2. Second

   > a quotation

   > \`\`\`
   > in it
   > \`\`\`
   > and behind it

3. Third:

       indented

   | a | b |
   |---|---|
   | 1 | 2 |
4. Fourth
`;
