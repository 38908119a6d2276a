<?php
// Calls a replica from its WSDL alone, with PHP's SoapClient. Usage: php client.php http://127.0.0.1:8101
ini_set('soap.wsdl_cache_enabled', '0');

function check(bool $holds, string $what): void
{
    if (!$holds) {
        fwrite(STDERR, "not so: $what\n");
        exit(1);
    }
}

$store = new SoapClient($argv[1] . '/KeyValueStore.svc?wsdl');

$put = $store->Put(['key' => 'colour', 'value' => "blue \x00\xff"])->PutResult;
check($put->Revision > 0, 'Put answers a revision');
$got = $store->Get(['key' => 'colour'])->GetResult;
check($got->Found && $got->Value === "blue \x00\xff", 'Get finds what Put wrote');
$contains = $store->ContainsKey(['key' => 'colour', 'consistency' => 'Serializable'])->ContainsKeyResult;
check($contains->Found, 'ContainsKey finds it');

$session = $store->OpenSession()->OpenSessionResult->Session;
$identity = ['Session' => $session, 'Sequence' => 1];
check($store->Delete(['key' => 'colour', 'identity' => $identity])->DeleteResult->Found, 'Delete finds it');
check(!$store->ContainsKey(['key' => 'colour'])->ContainsKeyResult->Found, 'it is gone');

$batch = $store->Batch(['operations' => [
    ['Kind' => 'Put', 'Key' => 'batched', 'Value' => '1'],
    ['Kind' => 'Delete', 'Key' => 'nobody'],
]])->BatchResult;
check(count($batch->Operations->BatchOperationReply) === 2, 'Batch answers for each operation');
check($store->Get(['key' => 'batched'])->GetResult->ModificationRevision == $batch->Revision, 'Get finds what Batch wrote');

$stand = $store->Watch(['key' => '', 'isPrefix' => true])->WatchResult;
check($stand->CompleteThrough == $batch->Revision, 'Watch says where the store stands');
$told = $store->Watch(['key' => 'colour', 'fromRevision' => 1, 'waitMilliseconds' => 0])->WatchResult->Changes->KeyChange;
check(count($told) === 2 && $told[0]->Value === "blue \x00\xff" && $told[1]->Kind === 'Delete', 'Watch tells what changed');

$transact = $store->Transact([
    'comparisons' => [['Kind' => 'Value', 'Key' => 'batched', 'Value' => '1'], ['Kind' => 'Version', 'Key' => 'nobody', 'Number' => 0]],
    'then' => [['Kind' => 'Put', 'Key' => 'batched', 'Value' => '2']],
])->TransactResult;
check($transact->Held && $transact->Revision == $batch->Revision + 1, 'Transact writes where its comparisons hold');
$transact = $store->Transact(['comparisons' => [['Kind' => 'Missing', 'Key' => 'batched']], 'then' => []])->TransactResult;
check(!$transact->Held, 'Transact says that they do not hold');

$page = $store->Range(['prefix' => 'bat', 'keysMax' => 1])->RangeResult;
check($page->Keys->RangeKey->Key === 'batched' && $page->Keys->RangeKey->Value === '2' && !$page->More, 'Range finds what was written');

$lease = $store->GrantLease(['timeToLiveSeconds' => 3600])->GrantLeaseResult;
check($lease->TimeToLiveSeconds === 3600, 'GrantLease grants what was asked for');
$store->Batch(['operations' => [['Kind' => 'Put', 'Key' => 'leased', 'Value' => '1', 'LeaseId' => $lease->LeaseId]]]);
$named = ['leaseId' => $lease->LeaseId];
check($store->KeepLeaseAlive($named)->KeepLeaseAliveResult->LeaseId === $lease->LeaseId, 'KeepLeaseAlive renews it');
check($store->GetLease($named)->GetLeaseResult->Keys->string === 'leased', 'GetLease tells its key');
check($store->Leases([])->LeasesResult->Leases->LeaseSummary->LeaseId === $lease->LeaseId, 'Leases has it');
$revoked = $store->RevokeLease($named)->RevokeLeaseResult;
check($revoked->Found && $revoked->KeysRemoved === 1, 'RevokeLease removes its key');
check(!$store->ContainsKey(['key' => 'leased'])->ContainsKeyResult->Found, 'the key of the lease is gone');
try {
    $store->KeepLeaseAlive($named);
    check(false, 'a lease that is over is not renewed');
} catch (SoapFault $fault) {
    check(str_ends_with($fault->faultcode, 'LeaseNotFound'), "code $fault->faultcode");
}

$replies = $store->Pipeline(['calls' => [
    ['Kind' => 'Put', 'Key' => 'piped', 'Value' => '1'],
    ['Kind' => 'Put', 'Key' => '', 'Value' => '1'],
    ['Kind' => 'Get', 'Key' => 'batched'],
]])->PipelineResult->PipelinedReply;
check($replies[0]->Put->Revision > 0 && $replies[2]->Get->Value === '2', 'Pipeline answers each call');
check($replies[1]->Fault->InvalidRequest->Field === 'key', 'Pipeline says what is wrong with one');

$resolved = $store->Resolve(['session' => $session, 'sequence' => 1])->ResolveResult;
check($resolved->Outcome === 'Applied' && $resolved->Delete->Found, 'Resolve tells what the Delete was answered');
check($store->Resolve(['session' => $session, 'sequence' => 2])->ResolveResult->Outcome === 'NotApplied', 'Resolve withdraws what never came');

check(count($store->Members()->MembersResult->Members->MemberData) === 3, 'Members names all three');

try {
    $store->Put(['key' => '', 'value' => '']);
    check(false, 'an empty key is refused');
} catch (SoapFault $fault) {
    check(str_ends_with($fault->faultcode, 'InvalidRequest'), "code $fault->faultcode");
    check($fault->detail->InvalidRequestFault->Field === 'key', 'the fault names the key');
}

if (str_contains(file_get_contents($argv[1] . '/KeyValueStore.svc?wsdl'), '/wsdl/soap12/')) {
    $soap12 = new SoapClient($argv[1] . '/KeyValueStore.svc?wsdl', ['soap_version' => SOAP_1_2]);
    check($soap12->Put(['key' => 'soap12', 'value' => '1'])->PutResult->Revision > 0, 'Put over SOAP 1.2');
}

echo "interop ok\n";
