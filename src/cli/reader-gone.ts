/** Nobody reads standard output any more (`rapsheet … | head`): work stops, and that is no error. */
export class ReaderGone extends Error {
  constructor() {
    super('nobody reads the output any more');
    this.name = 'ReaderGone';
  }
}
